"""Every call of the tests against the API definitions: answers must be as described, accepted requests valid."""

import json
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from azure.core.pipeline.policies import SansIOHTTPPolicy

from tests.emulator.definitions import mistakes, operation_of, undeclared
from tests.emulator.exceptions import EVERYWHERE, KNOWN, SINCE_THEN

NOT_EMULATED = 501


@dataclass(frozen=True)
class Exchange:
    """A request and its answer, whichever client made it."""

    method: str
    url: str
    content: str | bytes | None
    status: int
    answer: str

    @property
    def path(self):
        return re.sub("/{2,}", "/", unquote(urlsplit(self.url).path))

    @property
    def api_version(self):
        return parse_qs(urlsplit(self.url).query).get("api-version", [""])[0]


def check(response):
    """For `requests`. Raises AssertionError with everything that is not as described."""
    sent = response.request
    exchange = Exchange(sent.method, sent.url, sent.body, response.status_code, response.text)
    problems = list(problems_of(exchange, exchange.api_version))
    assert not problems, "\n".join(problems)


class CheckedPolicy(SansIOHTTPPolicy):
    """For the Python SDK, which speaks newer api-versions than the definitions: what came since then is excused."""

    def __init__(self, described_in):
        self._described_in = described_in

    def on_response(self, request, response):
        sent, answer = response.http_request, response.http_response
        answer.read()  # the first answer of a long-running operation comes as a stream
        exchange = Exchange(sent.method, sent.url, sent.body, answer.status_code, answer.text())
        problems = problems_of(exchange, self._described_in(exchange.path))
        left = [problem for problem in problems if not any(re.search(known, problem) for known in SINCE_THEN)]
        assert not left, "\n".join(left)


def problems_of(exchange, api_version):
    """What is not as this api-version describes it. Paths no definition describes pass."""
    operation = operation_of(exchange.method, exchange.path, api_version)
    if operation is None or exchange.status == NOT_EMULATED:
        return
    content = exchange.content if exchange.status < 400 else None
    for problem in (*_of_request(operation, content), *_of_answer(operation, exchange)):
        if not any(re.search(known, problem) for known in (*EVERYWHERE, *KNOWN.get(operation.id, ()))):
            yield f"{operation.id}: {problem}"


def _of_request(operation, content):
    """Only of requests that were accepted: what breaks the definition must be refused."""
    schema = operation.request_schema()
    if schema and content:
        for mistake in mistakes(schema, json.loads(content)):
            yield f"request {mistake}"


def _of_answer(operation, exchange):
    described, schema = operation.response_schema(exchange.status)
    if not described:
        yield f"status {exchange.status} is not described"
    elif schema is None:
        if exchange.answer:
            yield f"a {exchange.status} has no content, not {exchange.answer[:100]}"
    elif exchange.method != "HEAD":
        body = json.loads(exchange.answer)
        for mistake in mistakes(schema, body):
            yield f"answer {mistake}"
        for where in undeclared(schema, body):
            yield f"answer {where} is not declared"
