"""Where calls on Resource Manager come in: TLS, what is checked of each, routes to the providers, lists in pages.

Belongs here: what is the same for every provider. Not: what a provider answers, nor other services' ways in.
"""
