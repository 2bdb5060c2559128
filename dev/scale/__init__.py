"""What becomes of very many images at once: a model in virtual time, its calls counted on the emulated Azure.

What a migration asks of Resource Manager is counted, not written down here; how Azure limits it is what was recorded
or documented. No app runs in the model, and nothing here knows how one is tested.
"""
