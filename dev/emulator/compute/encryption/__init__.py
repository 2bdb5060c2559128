"""Disk encryption sets: which customer-managed key disks and copies of images are encrypted with.

Belongs here: the sets themselves. Not: whether an image version may use one, which is the version's own rule.
"""
