"""The rules of a migration: pure Python and pydantic, importable with no Azure package installed.

Everything decided is decided here; `orchestrators/` sequences these decisions, `activities/` and `arm/` carry them out.
"""
