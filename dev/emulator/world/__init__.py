"""One emulated Azure: what exists, what runs, what time it is. Handlers touch nothing else.

Belongs here: state that several providers share, and its clock. Not: HTTP, nor the rules of any one provider.
"""

from dev.emulator.world.world import Announcement, Call, LockRule, RateLimitRule, Seed, World

__all__ = ["Announcement", "Call", "LockRule", "RateLimitRule", "Seed", "World"]
