"""The emulated Azure of the unit tests, for what the app finds out about its own rights and its cloud."""

from tests.support.azure_here import azure, no_settings, nothing_remembered, session_emulator

__all__ = ["azure", "no_settings", "nothing_remembered", "session_emulator"]
