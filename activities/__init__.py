"""What touches the world, one step a file. Each may run twice: it looks first, then acts.

An activity returns an `Answer`. It raises only `ArmUnavailableError` and `RecordsUnavailableError` (or a kind of it),
which the retry policy at the call may cure.
"""
