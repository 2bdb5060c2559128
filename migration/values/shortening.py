"""Cuts texts that have no bound of their own to what has room in a record, a row or a page, between words."""

import json

LONGEST_TEXT = 1_000
LONGEST_NAME = 256
LONGEST_NOTE = 200
CUT = " [cut]"


def short(text: str, most: int = LONGEST_TEXT) -> str:
    """Cut a text, and say so; what JSON has to escape counts for what it becomes."""
    if len(json.dumps(text)) <= most:
        return text
    kept = text[:most]
    while len(json.dumps(kept)) > most:
        kept = kept[: len(kept) * 3 // 4]
    between = kept.rfind(" ")
    return (kept[:between] if between > len(kept) // 2 else kept) + CUT
