"""The table of docs/reference.md: what needs an image, by kind, made from the rows that check, page and API have."""

from migration.users.kinds import KINDS, Blocks, Kind

_KEEPS = {
    Blocks.ALWAYS: "always (`compute`)",
    Blocks.IF_NAMED: "if `{key}` or `any` is named",
    Blocks.NEVER: "never",
}


def table_of_kinds() -> dict[str, str]:
    """The table by its name, as Markdown."""
    heads = ["| kind | without the image, it | who tells | keeps the source |", "|---|---|---|---|"]
    return {"kinds of users": "\n".join([*heads, *map(_line, KINDS)])}


def _line(kind: Kind) -> str:
    return f"| {kind.singular} | {kind.effect} | {kind.source} | {_KEEPS[kind.blocks].format(key=kind.key)} |"
