"""One deterministic app on one emulated Azure: one thread, no sockets; clock, ids and order come from a seed.

Belongs here: what stands in for the platform, and what is seen of it. Not: what goes wrong in it (`happenings`).
"""
