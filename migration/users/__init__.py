"""What needs a managed image, by kind: what becomes of each without it, who tells of it, and which block its delete.

Pure tables and judgements of what Azure shows. Not how it is read, nor what the promise makes of it.
"""
