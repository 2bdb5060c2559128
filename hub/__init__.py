"""The only room that knows the task hub: what is under way there, and how it is started and woken.

What that is, and what may be done with it, only the record says.
"""
