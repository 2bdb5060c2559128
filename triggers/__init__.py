"""How work arrives and is steered: Event Grid events, the HTTP API, the approval page.

It reads Azure, and never writes it. What is done is shown on pages, too.
"""
