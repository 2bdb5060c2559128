"""Tokens of links: random, one for each message and receiver. What is kept of them opens nothing."""

import hashlib
import secrets

_DIGEST_DIGITS = 40


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(32)


def digest_of(text: str) -> str:
    """Return what is kept of a token, or of a receiver's address: neither can be had back from it."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:_DIGEST_DIGITS]
