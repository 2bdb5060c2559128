"""What people ask about many images: which ones, into which definitions, with which values. Judges no image."""
