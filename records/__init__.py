"""The only room that knows where the record of each source image is kept: a table in the app's own storage account.

What allows a delete is here and nowhere else: outside the task hub, changed by compare-and-swap alone.
"""
