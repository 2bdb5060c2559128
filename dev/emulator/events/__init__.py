"""Event Grid: turns what the emulated Azure announces into events and delivers them to every event subscription."""

from dev.emulator.events.endpoints import attach

__all__ = ["attach"]
