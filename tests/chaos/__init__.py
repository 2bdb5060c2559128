"""Chaos by seed: the app's own code on an emulated Azure, in one thread, against schedules that nobody wrote by hand.

Belongs here: the world, what happens in it, the schedules, and what has to have been reached. Not: what must hold
(`tests/support/invariants`), nor anything that needs a process, a socket or the time of day.
"""
