"""Event Grid: turns what the emulated Azure announces into events and delivers them to whoever subscribed to them.

Belongs here: events and their way to an endpoint. Not: what is announced, which providers decide.
"""

from dev.emulator.events.endpoints import attach

__all__ = ["attach"]
