"""The HTTP front: the server, keys, route templates, and requests and responses as functions see them.

Which function a request is for, and what the management APIs answer, is decided elsewhere.
"""
