"""What may be done with one migration: begin, decide, ask again, cancel, look after, and the change of its record.

Nothing that goes over many of them, by the clock or a switch: that is next door, in `steering/upkeep/`.
"""
