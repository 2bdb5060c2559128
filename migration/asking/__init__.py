"""What was asked, and by whom: requests, tags, settings, and the signed start. Not what follows from it."""
