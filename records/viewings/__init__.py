"""Who may look at the pages without signing in. Nothing is decided by it, and no record is read."""
