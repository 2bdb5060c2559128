"""Fleets, and what they have done about each of their images."""
