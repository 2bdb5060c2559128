"""Fleets: what is planned, started, steered, decided and told about many images as one."""
