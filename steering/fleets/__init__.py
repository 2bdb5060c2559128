"""Fleets: what is planned, started, steered, decided and told about many images as one.

What is done to one image is not done here but in `steering/runs`, whoever asks for it.
"""
