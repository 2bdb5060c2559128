"""What is told of a fleet that is approved as one: when, in which words and shapes. Not whether a decision counts."""
