"""Which tags the gallery, image definition and image version of a migration bear, and which of them may cost a life."""
