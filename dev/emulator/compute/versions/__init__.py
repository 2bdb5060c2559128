"""Image versions: what a source must be, how a version is published, replicated region by region, and read.

Belongs here: everything about one version. Not: the gallery and the definition around it.
"""
