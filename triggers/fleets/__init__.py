"""The HTTP API of fleets: many images at once. What is done to one of them is not said here."""
