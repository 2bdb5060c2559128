"""Pictures of the code, made from it: `make picture` writes them into docs/architecture.md. Never shipped.

Belongs here: reading our source, and drawing what was read. Not: rules about it; those are in tests/contract.
"""
