"""How images stand, one and many: in words, by urgency, as parts of a bar. No page is made of it here."""
