"""The record of one source image: which run may live, what it asks, and the moves by which both change. Pure rules;
where the record is kept, `records/` knows.
"""
