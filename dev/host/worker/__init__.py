"""The worker: the app's code in a child process, the frames it speaks, and invoking a function in it.

Not: what makes a function run, which belongs to the triggers, nor what its answer means to whoever asked.
"""
