"""Managed images, and the machines they are captured from and used by.

Belongs here: these resources and what they may hold. Not: image versions, though machines may name one.
"""
