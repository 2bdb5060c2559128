"""Forms of requests: whatever a resource may be sent with is taken, and shown as it was sent,
unless facts say that it is not.

The models of the SDKs say what may be sent; that it is taken, together and with no more, stands in this folder.
"""

import pytest

from tests.emulator.facts import NOT_SHOWN


@pytest.fixture
def keeps(arm, control):
    """Sends a body, and checks that all of it is shown once what it started is done."""

    def sent_and_shown(path, body, method="PUT"):
        answer = arm(method, path, body)
        assert answer.ok, answer.text
        control.advance(600)
        assert list(_differences(body, arm("GET", path).json())) == []

    return sent_and_shown


def _differences(sent, shown, at="$"):
    """Where something that was sent is not shown as it was."""
    if isinstance(sent, dict) and isinstance(shown, dict):
        for name, inner in ((name, inner) for name, inner in sent.items() if name not in NOT_SHOWN):
            yield from _differences(inner, shown[name], f"{at}.{name}") if name in shown else [f"{at}.{name} is gone"]
    elif isinstance(sent, list) and isinstance(shown, list) and len(sent) == len(shown):
        for number, inner in enumerate(sent):
            yield from _differences(inner, shown[number], f"{at}[{number}]")
    elif sent != shown:
        yield f"{at} is {shown!r}, not {sent!r}"
