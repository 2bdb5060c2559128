"""What sets functions off: requests, Event Grid deliveries, timers, durable work, and a developer's hand.

One module a trigger. Not: how a function is run, nor the state of orchestrations; worker and engine do that.
"""
