"""Every call of the tests against the models of the SDKs: answers must be as described, accepted requests too."""

import json
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from azure.core.pipeline.policies import SansIOHTTPPolicy

from tests.emulator.facts import ALLOWED, LACKED_UNTIL
from tests.emulator.sdk.mistakes import mistakes_answered, mistakes_sent
from tests.emulator.sdk.operations import operation_of

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
    _check(Exchange(sent.method, sent.url, sent.body, response.status_code, response.text))


class CheckedPolicy(SansIOHTTPPolicy):
    """The same for the Python SDK."""

    def on_response(self, request, response):
        sent, answer = response.http_request, response.http_response
        if hasattr(answer, "read"):  # the first answer of a long-running operation comes as a stream
            answer.read()
        _check(Exchange(sent.method, sent.url, sent.body, answer.status_code, answer.text()))


def _check(exchange):
    problems = list(problems_of(exchange))
    assert not problems, "\n".join(problems)


def problems_of(exchange):
    """What is not as the SDK describes it, nor a fact. Paths that no SDK calls pass."""
    operation = operation_of(exchange.method, exchange.path)
    if operation is None or exchange.status == NOT_EMULATED:
        return
    for problem in (*_of_request(operation, exchange), *_of_answer(operation, exchange)):
        if not any(fact.covers(operation.id, problem, exchange.api_version) for fact in ALLOWED):
            yield f"{operation.id}: {problem}"


def _of_request(operation, exchange):
    """Only of requests that were accepted: what breaks the model must be refused.

    A body with an id is one that was read, so what only the service sets may be in it.
    """
    if operation.sent and exchange.content and exchange.status < 400:
        body = json.loads(exchange.content)
        for mistake in mistakes_sent(operation.sent, body):
            if not (mistake.endswith("is read-only") and "id" in body):
                yield f"request {mistake}"


def _of_answer(operation, exchange):
    success = exchange.status < 400
    model = operation.answered if success else operation.error
    if success and not operation.takes(exchange.status):
        yield f"a {exchange.status} is no success"
    elif exchange.method == "HEAD" or model is None or (exchange.status == 202 and not exchange.answer):
        if exchange.answer:
            yield f"a {exchange.status} has no content, not {exchange.answer[:100]}"
    else:
        lacking = {field for field, last in LACKED_UNTIL.items() if exchange.api_version <= last}
        yield from (f"answer {mistake}" for mistake in mistakes_answered(model, json.loads(exchange.answer), lacking))
