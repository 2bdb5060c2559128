"""What all resources of Microsoft.Compute have in common: how they are written, deleted and followed, and refused.

Belongs here: what two of the other rooms need. Not: anything that knows one type of resource by name,
except the tables of what is shown to which api-version.
"""
