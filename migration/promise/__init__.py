"""What must be true just before a delete, judged by facts read then. Not how they are read, nor the delete itself."""
