"""What a user of the emulator may wish for: settings, faults, rate limits and the recorded answers to too many calls.

Belongs here: data, and whether it makes sense. Not: acting on it; that is `misbehaving`, or whoever reads a setting.
"""
