"""What people are told, in words, and programs, in shapes. Not to whom or when."""
