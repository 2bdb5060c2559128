"""The runbook as data: of every code what it means, what to do about it, and who can. Whoever tells
of one reads it. Nothing is decided here.
"""
