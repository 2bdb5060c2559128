"""Prepares what people are owed: counts the attempt, gives everyone a link, finds the words. Sends only a digest."""
