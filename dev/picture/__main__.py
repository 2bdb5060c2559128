"""`make picture`: makes anew what documents show of the code, each part between its two marks."""

from dev.picture.codes import tables
from dev.picture.drawing import pictures
from dev.picture.source import ROOT
from dev.picture.users import table_of_kinds

DOCUMENT = ROOT / "docs" / "architecture.md"
RUNBOOK = ROOT / "docs" / "operations.md"
REFERENCE = ROOT / "docs" / "reference.md"
PARTS = {DOCUMENT: pictures, RUNBOOK: tables, REFERENCE: table_of_kinds}


def with_parts(text: str, parts: dict[str, str]) -> str:
    """The document with today's parts; every part has its place there, and nothing else is between marks."""
    for name, part in parts.items():
        before, opening, rest = text.partition(f"<!-- {name} -->\n")
        _, closing, after = rest.partition(f"<!-- end of {name} -->\n")
        assert closing, f"the document has no place for: {name}"
        text = f"{before}{opening}\n{part}\n\n{closing}{after}"
    return text


if __name__ == "__main__":
    for document, parts in PARTS.items():
        document.write_text(with_parts(document.read_text(), parts()))
