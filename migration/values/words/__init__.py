"""Values as people read them, in words. Not what is said with them."""
