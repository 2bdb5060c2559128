"""The durable engine: instances, entities, timers and the work they give rise to, within the real engine's limits.

Nothing here knows of functions, processes or HTTP: work is taken from `engine.Engine` and answered to it, by whomever.
"""
