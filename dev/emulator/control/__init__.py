"""The control plane under /_emulator/, and its client: what tests and demos may look at and turn.

Belongs here: ways in to the world that Azure does not have. Not: what happens when they are used.
"""
