"""What may be done with a migration, once for all ways in, and what has to be seen for it.

Each use case answers with what it did or a Refusal. It knows neither HTTP nor the Durable context: triggers and
activities call it, and hand it a `TaskHub` where something has to be started or woken.
"""
