"""Every call of the tests against the API definitions: answers must be as described, accepted requests valid."""

import json
import re
from urllib.parse import parse_qs, unquote, urlsplit

from tests.emulator.definitions import mistakes, operation_of, undeclared
from tests.emulator.exceptions import EVERYWHERE, KNOWN

NOT_EMULATED = 501


def check(response):
    """Raises AssertionError with everything that is not as described. Paths no definition describes pass."""
    problems = list(problems_of(response))
    assert not problems, "\n".join(problems)


def problems_of(response):
    request = response.request
    url = urlsplit(request.url)
    version = parse_qs(url.query).get("api-version", [""])[0]
    operation = operation_of(request.method, re.sub("/{2,}", "/", unquote(url.path)), version)
    if operation is None or response.status_code == NOT_EMULATED:
        return
    content = request.body if response.ok else None
    for problem in (*_of_request(operation, content), *_of_answer(operation, response)):
        if not any(re.search(known, problem) for known in (*EVERYWHERE, *KNOWN.get(operation.id, ()))):
            yield f"{operation.id}: {problem}"


def _of_request(operation, content):
    """Only of requests that were accepted: what breaks the definition must be refused."""
    schema = operation.request_schema()
    if schema and content:
        for mistake in mistakes(schema, json.loads(content)):
            yield f"request {mistake}"


def _of_answer(operation, response):
    described, schema = operation.response_schema(response.status_code)
    if not described:
        yield f"status {response.status_code} is not described"
    elif schema is None:
        if response.content:
            yield f"a {response.status_code} has no content, not {response.text[:100]}"
    elif response.request.method != "HEAD":
        body = response.json()
        for mistake in mistakes(schema, body):
            yield f"answer {mistake}"
        for where in undeclared(schema, body):
            yield f"answer {where} is not declared"
