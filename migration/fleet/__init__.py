"""Fleets: many images that are planned, agreed on, migrated in waves and approved as one.

How one image is migrated is not said here, nor whether its source may go: that is the promise's.
"""
