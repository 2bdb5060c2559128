"""What touches the world, one step a file. Each is idempotent, for the platform delivers at least once: it looks first,
then acts.

A step is done for a run that the record admits, in the phase in which the record has it (`admitting.py`), and moves the
record itself. What Azure cannot do for now is asked for again. Raised is only what keeps the record from being read,
such as `RecordsUnavailableError` (or a kind of it): the retry policy at the call may cure it.
"""
