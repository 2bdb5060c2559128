"""What was asked, and by whom: requests, tags, settings, the platform, the signed start. Not what follows from it."""
