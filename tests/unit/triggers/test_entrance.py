"""Who gets to see the pages: whoever is signed in, or has opened a link in this browser; everybody else is told how."""

import base64
import json
import re
from typing import Any

import azure.functions as func
import pytest

from arm.transport.cloud import go_by
from tests.support.samples import DEFAULTS
from triggers.pages import entrance, looking, viewings
from web.pages import refresh_script

ADA = {"claims": [{"typ": "preferred_username", "val": "ada@contoso.com"}, {"typ": "oid", "val": "0b0e"}]}
SIGNED_IN = {"X-MS-CLIENT-PRINCIPAL": base64.b64encode(json.dumps(ADA).encode()).decode()}
PAGES = ("migrations", f"fleets/fleet-{'0' * 32}", "migrations/migrate-web-0123456789abcdef0123456789abcdef")


@pytest.fixture(autouse=True)
def _records(records):
    go_by(lambda: DEFAULTS)


def request(
    path: str, method: str = "GET", body: bytes = b"", scheme: str = "https", **headers: Any
) -> func.HttpRequest:
    address = f"{scheme}://example.com/api/{path}"
    query = dict(re.findall(r"[?&](\w+)=([^&]*)", path))
    page_id = path.partition("?")[0].rpartition("/")[2]
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return func.HttpRequest(method, address, headers=given, params=query, route_params={"id": page_id}, body=body)


async def look(path: str = "pages/migrations", **headers: Any) -> func.HttpResponse:
    asked = request(path, **headers)
    return await entrance.answer(asked, lambda: looking._all(asked))


async def made() -> str:
    asked = request("viewings", "POST", x_functions_key="key")
    answer = await viewings.MAKE.answer(asked, viewings._make(asked))
    assert answer.status_code == 201
    return str(json.loads(answer.get_body())["link"])


async def pressed(link: str, **how: Any) -> func.HttpResponse:
    """What comes of the button behind a link."""
    token = link.partition("token=")[2]
    asked = request("pages/open", "POST", f"token={token}".encode(), **how)
    return await entrance.paged(asked, lambda: viewings._opened(asked))


async def shown(link: str) -> func.HttpResponse:
    asked = request(link.partition("/api/")[2])
    return await entrance.paged(asked, lambda: viewings._button(asked))


async def test_whoever_comes_with_nothing_is_told_how_to_get_in_and_nothing_else():
    answer = await look()
    page = re.sub(r"</?span>", "", answer.get_body().decode())
    assert answer.status_code == 403
    assert "curl -X POST" in page
    assert "https://example.com/api/viewings" in page
    assert "Sign in" not in page


async def test_a_link_leads_to_an_address_without_a_token_and_a_cookie_that_no_script_reads():
    link = await made()
    assert link.startswith("https://example.com/api/pages/open?token=")
    answer = await pressed(link)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/api/pages/migrations")
    cookie = answer.headers["Set-Cookie"]
    for part in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/api/pages"):
        assert part in cookie
    assert link.partition("token=")[2] not in cookie
    assert (await look(Cookie=cookie.partition(";")[0])).status_code == 200


async def test_over_plain_http_a_browser_keeps_the_cookie():
    answer = await pressed(await made(), scheme="http")
    assert "Secure" not in answer.headers["Set-Cookie"]


async def test_whatever_follows_a_link_without_pressing_its_button_opens_nothing():
    link = await made()
    for _ in range(3):
        answer = await shown(link)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
    assert (await pressed(link)).status_code == 303


async def test_a_link_that_was_opened_says_so():
    link = await made()
    await pressed(link)
    for answer in (await shown(link), await pressed(link)):
        assert answer.status_code == 403
        assert "has been opened before" in answer.get_body().decode()


async def test_a_page_of_another_site_opens_no_link():
    assert (await pressed(await made(), Sec_Fetch_Site="cross-site")).status_code == 403
    assert (await pressed(await made(), Origin="https://evil.example.com")).status_code == 403


@pytest.mark.parametrize(
    "cookie", ["viewing=", "viewing=x", 'viewing="a.b\\073"', "viewing=..", "other=1", ";;=;", "\x00"]
)
async def test_a_cookie_that_is_none_of_ours_lets_nobody_in(cookie: str):
    assert (await look(Cookie=cookie)).status_code == 403


async def test_whoever_is_signed_in_needs_no_link(monkeypatch):
    monkeypatch.setenv("WEBSITE_AUTH_ENABLED", "true")
    assert (await look(**SIGNED_IN)).status_code == 200


async def test_headers_of_a_sign_in_count_for_nothing_while_it_is_off():
    assert (await look(**SIGNED_IN)).status_code == 403


async def test_whoever_is_not_signed_in_is_shown_where_and_comes_back_to_the_page(monkeypatch):
    monkeypatch.setenv("WEBSITE_AUTH_ENABLED", "true")
    page = (await look("pages/migrations?text=web&code=key")).get_body().decode()
    assert 'href="/.auth/login/aad?post_login_redirect_uri=%2Fapi%2Fpages%2Fmigrations%3Ftext%3Dweb"' in page


async def test_pages_run_no_script_but_our_own_and_the_others_run_none(monkeypatch):
    monkeypatch.setenv("WEBSITE_AUTH_ENABLED", "true")
    refreshed, refused = await look(**SIGNED_IN), await look()
    policy = refreshed.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "script-src" not in refused.headers["Content-Security-Policy"]
    for answer in (refreshed, refused):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_the_script_is_served_as_one_and_turns_no_text_into_a_page():
    answer = await looking.get_refresh_script._function._func(request("pages/refresh.js"))
    assert answer.mimetype == "text/javascript"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for unsafe in ("innerHTML", "eval", "document.write", "outerHTML", "insertAdjacentHTML"):
        assert unsafe not in refresh_script()
