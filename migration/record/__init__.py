"""The record of one source image: which run may live, what it asks, and the moves by which both change. Pure rules:
nothing of where the record is kept, which is for `records/`.
"""
