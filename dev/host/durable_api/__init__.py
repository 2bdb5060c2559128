"""The Durable HTTP API under /runtime/webhooks/durabletask, as the extension answers it.

Only translation: requests into calls of the engine, its answers into JSON. Rules of orchestrations are the engine's.
"""
