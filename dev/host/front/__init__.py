"""The HTTP front: the server, keys, route templates, and requests and responses as functions see them.

Not: which function a request is for, nor what the management APIs answer.
"""
