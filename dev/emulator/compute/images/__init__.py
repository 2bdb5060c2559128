"""Managed images: what they may hold, where they come from, what keeps them from being deleted.

Belongs here: images and their disks. Not: image versions, nor the machines an image is captured from and used by.
"""
