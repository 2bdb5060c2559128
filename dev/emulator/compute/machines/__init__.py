"""Virtual machines and scale sets: what they show, which image they may name, and from which one they are being made.

Belongs here: these resources as far as images care. Not: images, nor what an image captures of a machine's disks.
"""
