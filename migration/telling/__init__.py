"""What people are told, in words. Not to whom or when."""
