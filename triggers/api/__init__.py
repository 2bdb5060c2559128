"""The HTTP API, with a function key: a file for each kind of call. Pages for people are next door."""
