"""Runs a fleet: begins it, starts its images in their turn, follows them, is steered. No image is decided about."""
