"""`make picture`: draws every picture of docs/architecture.md anew, each between its two marks."""

from dev.picture.drawing import pictures
from dev.picture.source import ROOT

DOCUMENT = ROOT / "docs" / "architecture.md"


def with_pictures(text: str) -> str:
    """The document with today's pictures; every picture has its place there, and nothing else is between marks."""
    for name, picture in pictures().items():
        before, opening, rest = text.partition(f"<!-- {name} -->\n")
        _, closing, after = rest.partition(f"<!-- end of {name} -->\n")
        assert closing, f"docs/architecture.md has no place for: {name}"
        text = f"{before}{opening}\n{picture}\n\n{closing}{after}"
    return text


if __name__ == "__main__":
    DOCUMENT.write_text(with_pictures(DOCUMENT.read_text()))
