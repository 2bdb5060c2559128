"""How work arrives and is steered: Event Grid events, the HTTP API, the approval page. Reads Azure, never writes it."""
