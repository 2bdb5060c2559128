"""Room: arm."""
