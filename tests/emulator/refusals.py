"""Tables of refusals against what the service was seen to answer, word for word: a provocation for each line."""

from dataclasses import dataclass

import pytest

from dev.emulator.vocabulary.errors import ErrorKind


def refused(response, status, code):
    """The error of a response that must be this refusal."""
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    return response.json()["error"]


def lines_of(*tables):
    """Every ErrorKind of these modules, as a test parameter that bears its name."""
    lines = {name: value for table in tables for name, value in vars(table).items() if isinstance(value, ErrorKind)}
    return [pytest.param(kind, id=name) for name, kind in lines.items()]


@dataclass
class _Expected:
    status: int
    code: str
    message: str
    target: str | None
    more: dict
    provoke: object


class Refusals:
    """`expect` decorates a provocation: a function that makes the call and answers its response."""

    def __init__(self):
        self._expected = {}

    def expect(self, kind, status, code, message, target=None, **more):
        def keep(provoke):
            self._expected[kind] = _Expected(status, code, message, target, more, provoke)
            return provoke

        return keep

    def check(self, kind, arm, control):
        """A line without a provocation fails; so does one that arrives elsewhere or in other words."""
        assert kind in self._expected, f"nothing provokes {kind.code}: {kind.message}"
        expected = self._expected[kind]
        response = expected.provoke(arm, control)
        error = _error_of(kind, arm, response, expected.status)
        assert error.pop("message") == expected.message
        wanted = {"code": expected.code, "target": expected.target, **expected.more}
        assert error == {name: value for name, value in wanted.items() if value is not None}


def _error_of(kind, arm, response, status):
    if kind.arrives == "operation":
        assert response.status_code in (200, 201, 202), response.text
        poll = arm.poll(response)
        assert poll["status"] == "Failed"
        assert kind.status == status
        return poll["error"]
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"].startswith("application/json")
    for name, value in kind.headers.items():
        assert response.headers[name] == value
    return response.json()["error"]
