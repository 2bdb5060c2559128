"""What the bench measures: a module a section, each with `rows()`, which yields its rows of the one table.

A section starts and ends what it needs. A figure is a ratio of two measures of the same run, taken in turns, or a
count; never a time by itself.
"""
