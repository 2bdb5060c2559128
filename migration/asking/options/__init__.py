"""Single options of a request that need words of their own, one vocabulary for tags, settings and JSON. Not what a plan
makes of them.
"""
