"""The HTTP API about images and galleries, by their own ids: what there is, and where an image went. No migration is steered here."""
