"""What goes wrong is told in plain words, on a page as safe as any other, and decides nothing."""

import azure.functions as func
import pytest

from arm.transport.errors import ArmUnavailableError
from hub.task_hub import HubUnavailableError
from migration.asking.settings import SettingsInvalidError
from migration.values.problems import Problem
from records.errors import RecordsMissingError, RecordsUnavailableError
from triggers.answering.responding import HttpProblemError
from triggers.page import approvals
from triggers.page.opened_link import LinkInvalidError, LinkTakenBackError
from web.pages import security_headers

ERRORS: dict[int, list[Exception]] = {
    404: [LinkInvalidError("secret detail")],
    403: [HttpProblemError(403, "Not allowed to decide", "Somebody else may."), LinkTakenBackError("secret detail")],
    503: [
        ArmUnavailableError("Timeout", "secret detail"),
        RecordsUnavailableError("secret detail"),
        RecordsMissingError("secret detail"),
        HubUnavailableError("secret detail"),
    ],
    500: [SettingsInvalidError([Problem(field="x", code="y", message="secret detail")]), RuntimeError("secret detail")],
}


@pytest.mark.parametrize(
    ("status", "error"), [(status, error) for status, errors in ERRORS.items() for error in errors], ids=str
)
async def test_every_error_has_a_page_of_its_own_with_the_headers_of_all(monkeypatch, status, error):
    async def failing(*_):
        raise error

    monkeypatch.setattr(approvals, "_page", failing)
    request = func.HttpRequest("GET", "https://example.net/api/approvals/x?token=x", body=b"", route_params={"id": "x"})
    answer = await approvals.answer(request, None)
    page = answer.get_body().decode()
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in security_headers()} == security_headers()
    assert "secret detail" not in page
    assert "<h1>" in page
