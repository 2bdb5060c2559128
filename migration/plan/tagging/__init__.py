"""Which tags the gallery, image definition and image version of a migration bear, and which may cost one its life.

The rules for names and values of tags are Azure's (`values.tags`); those by which the app knows its own are not here.
"""
