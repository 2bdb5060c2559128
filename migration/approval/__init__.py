"""The question and its answer: the record of an image, whose decision counts, which copy is meant. Not the delete."""
