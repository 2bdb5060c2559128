"""What arrives by itself: Event Grid and the clock. No HTTP."""
