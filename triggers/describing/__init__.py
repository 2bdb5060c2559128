"""Tells programs what the HTTP API takes and gives, out of what its calls declare. Answers no other call."""
