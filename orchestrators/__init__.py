"""Room: orchestrators."""
