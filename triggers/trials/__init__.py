"""Trials of what migrations depend on: done once, and told whether it worked. Nothing of a migration is done here."""
