"""How a reason begins where it is put as a sentence."""


def capitalised(text: str) -> str:
    """Return a text with its first letter in upper case, and the rest as it is: unlike `str.capitalize`."""
    return text[:1].upper() + text[1:]
