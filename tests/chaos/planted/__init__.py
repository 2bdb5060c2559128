"""Planted bugs: each undoes one safeguard of the shipped app, by name, to see that chaos and invariants find it.

Belongs here: what is undone, and how, patched in the process that plays; the search for a schedule that shows it. Not:
happenings and invariants, which know nothing of what is planted, nor any bug that was once in the app.
"""
