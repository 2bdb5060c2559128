"""What develops and demonstrates the app on one machine. NEVER SHIPS."""
