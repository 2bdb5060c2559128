"""The shapes of what the API tells of fleets, and the file of their results. How an image stands is not judged here."""
