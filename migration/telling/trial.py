"""A message that tells of nothing, to see whether it arrives."""

from migration.telling.messages import Line, Message


def compose_trial(app: str | None) -> Message:
    """Write a test message; `app` is the address that links begin with: whoever follows it sees that it can be."""
    lines = [Line("", "This is a test: nothing has happened. Messages about migrations of images come here.")]
    return Message("Test of notifications", [*lines, *([Line("Open the app", app, is_link=True)] if app else [])])
