"""Compute galleries and image definitions: where image versions live, and versions that were deleted softly.

Belongs here: bodies and rules of galleries and all below them. Not: the making of a version.
"""
