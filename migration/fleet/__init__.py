"""Fleets: many images that are planned, agreed on, migrated in waves and approved as one."""
