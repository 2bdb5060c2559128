"""What keeps the durable library to what we ask of it: plain JSON in, no functions but ours. Not the orchestrators."""
