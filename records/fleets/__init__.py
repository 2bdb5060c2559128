"""Fleets, and what they have done about each of their images. No delete is allowed by them, and no run admitted."""
