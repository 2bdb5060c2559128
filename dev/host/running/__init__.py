"""Running a host: put together from the other rooms, started, described and stopped; in this process or on its own.

The only room that knows all others. Nothing is decided here but what belongs together.
"""
