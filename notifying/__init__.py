"""The only room that knows apprise: judges addresses, and sends messages to them. Not what is said, or when."""
