"""JSON of any kind, bodies with a part of them changed, and what every answer has: for tests that send anything."""

import json
from copy import deepcopy

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.emulator.in_process import call

QUICK = settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.just("x" * 5000),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


def answered(world, method, path, content=b"", api=None, **query):
    """The answer, which must be one of Resource Manager's and be JSON."""
    response = call(world, method, path, content, api, **query)
    assert response.status < 500 or response.status == 501
    if response.status >= 400 and method != "HEAD":
        error = response.body["error"]
        assert error["code"]
        assert error["message"]
    json.dumps(response.body)
    return response


def parts_of(value, at=()):
    """The places inside a body, outermost first."""
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from parts_of(part, (*at, key))


def with_part(body, at, value):
    if not at:
        return value
    changed = deepcopy(body)
    inner = changed
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = value
    return changed
