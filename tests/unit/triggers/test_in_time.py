"""Every request is answered before the platform gives up on it."""

import asyncio
import json

import azure.functions as func

from triggers.answering import responding
from triggers.page import approvals


async def for_ever(*_: object) -> func.HttpResponse:
    await asyncio.Event().wait()
    raise AssertionError("nobody ends this wait")


async def test_what_takes_too_long_is_answered_with_what_is_not_known(monkeypatch):
    monkeypatch.setattr(responding, "ANSWERS_WITHIN_SECONDS", 0.05)
    answer = await responding.responding(for_ever())
    assert answer.status_code == 503
    assert json.loads(answer.get_body())["title"] == "That took too long"


async def test_a_page_that_takes_too_long_says_so(monkeypatch):
    monkeypatch.setattr(responding, "ANSWERS_WITHIN_SECONDS", 0.05)
    monkeypatch.setattr(approvals, "_page", for_ever)
    request = func.HttpRequest("GET", "https://app/api/approvals/x", body=b"")
    answer = await approvals.answer(request, None)
    assert answer.status_code == 503
    assert "Whether anything was done is not known" in answer.get_body().decode()
