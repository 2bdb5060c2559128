"""The HTTP API of fleets: many images that are planned, begun, steered and decided as one. No rule is made here."""
