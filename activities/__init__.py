"""What touches the world, one step a file. Each may run twice: it looks first, then acts.

A step is done for a run that the record admits, in the phase in which the record has it (`admitting.py`), and moves the
record itself. It raises only `ArmUnavailableError` and `RecordsUnavailableError` (or a kind of it), which the retry
policy at the call may cure.
"""
