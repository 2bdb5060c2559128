"""The words of Resource Manager: calls and answers, refusals, ids, regions, tokens.

Belongs here: what has a meaning without any state. Not: whatever needs to know what exists; that is `world`.
"""
