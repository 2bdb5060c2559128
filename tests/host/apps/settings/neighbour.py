"""A module next to function_app.py."""

NAME = "neighbour"
