"""Whether a deployed app is well: asked over its own API. Python's standard library and `az`, nothing else.

`make smoke URL=...` runs it, and azd after each deployment (`infra/hooks/postdeploy.py`). Nothing is deployed here.
"""
