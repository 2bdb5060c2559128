"""Where in the order of keys a filter's entities can be at all, as the service knows too: a range costs its length."""

from dev.emulator.storage.entities import Key
from dev.emulator.storage.queries.filter_words import Word, words_in

_BEHIND = "\U0010ffff"


def key_range(text: str | None) -> tuple[Key, Key]:
    """The first key that can pass, and one behind all that can; the filter itself still decides about each.

    Only what holds for the whole filter narrows it: comparisons joined by `and`.
    """
    words = words_in(text) if text else []
    if any(word.value is None and word.text in ("or", "not", "(") for word in words):
        words = []
    partition = _constant(words, "PartitionKey", "eq")
    if partition is None:
        return ("", ""), (_BEHIND, _BEHIND)
    first = _constant(words, "RowKey", "gt") or _constant(words, "RowKey", "ge") or ""
    last = _constant(words, "RowKey", "lt") or _BEHIND
    return (partition, first), (partition, last)


def _constant(words: list[Word], name: str, comparison: str) -> str | None:
    """The text that a key is compared with."""
    for left, middle, right in zip(words, words[1:], words[2:], strict=False):
        is_it = left.is_name and left.text == name and middle.is_name and middle.text == comparison
        if is_it and right.value is not None and isinstance(right.value.plain, str):
            return right.value.plain
    return None
