"""The HTTP API about images and galleries: what there is, and where an image went. No migration is steered here."""
