"""Where it is kept who has a version made and who waits to: an index of the records, which allows no delete."""
