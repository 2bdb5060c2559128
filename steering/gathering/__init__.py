"""Reads from Azure what a rule judges, and has it judged: a plan, the promise before a delete, the end of a run.

Writes nothing, neither in Azure nor in a record.
"""
