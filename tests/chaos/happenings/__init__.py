"""What may happen to an app and its Azure: small values with a JSON form, a module for each kind.

Belongs here: one step of a schedule each. Not: how likely it is (`schedule.py`), nor the world it happens to (`world`).
"""
