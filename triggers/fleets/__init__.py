"""The HTTP API of fleets: many images that are started and steered as one. No image by itself is decided here."""
