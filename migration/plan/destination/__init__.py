"""What a version is published as: its image definition, the Marketplace plan of that, and its number. Not where to."""
