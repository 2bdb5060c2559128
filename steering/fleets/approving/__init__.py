"""Fleets that ask: what is shown, decided and told of many images as one. Not whether a decision counts."""
