"""Room: activities."""
