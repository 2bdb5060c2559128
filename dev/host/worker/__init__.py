"""The worker: the app's code in a child process, the frames it speaks, and invoking a function in it.

What makes a function run belongs to the triggers; what its answer means, to whoever asked.
"""
