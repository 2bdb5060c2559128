"""The course of a migration: its state, its start and its ends. It carries on, and allows nothing."""
