"""What is told of fleets, by the API, a file, a page or a message. Of one image by itself nothing is told here."""
