"""Answers that go wrong, as asked for: faults are played, callers that ask too often are refused.

Belongs here: what spoils a call before or after its handler. Not: refusals that a handler has its own reasons for.
"""
