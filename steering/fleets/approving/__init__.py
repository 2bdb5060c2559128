"""Asks about the images of a fleet, and decides about each by itself. No approval of a fleet is kept anywhere."""
