"""What sets functions off: requests, Event Grid deliveries, timers, durable work, and a developer's hand.

One module a trigger. How a function is run belongs to the worker; the state of orchestrations, to the engine.
"""
