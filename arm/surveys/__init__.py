"""What looks over many resources or subscriptions: who uses an image, what is in sight or gone. Writes nothing."""
