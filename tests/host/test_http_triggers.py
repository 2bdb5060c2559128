"""HTTP triggers over real HTTP: routing, keys, requests and responses as functions see them."""

import http.client

import pytest

from dev.host import running_host
from tests.host.client import APPS, Client


@pytest.fixture(scope="module")
def app():
    with running_host(APPS / "http") as host:
        yield Client(host)


def test_a_function_sees_route_query_headers_and_body(app):
    path = "/api/echo/7/a/b%20c?x=1&x=2&y=%C3%A9"
    seen = app.post(
        path, data="text", headers={"X-Custom": "One", "traceparent": "00-" + "a" * 32 + "-" + "b" * 16 + "-01"}
    ).json()
    assert seen["method"] == "POST"
    assert seen["route"] == {"id": "7", "rest": "a/b c"}
    assert seen["query"] == {"x": "1,2", "y": "é"}
    assert seen["headers"]["x-custom"] == "One"
    assert seen["body"] == "text"
    assert seen["url"].startswith(app.host.url + "/api/echo/7/a/")


def test_claims_sent_from_outside_are_passed_on_as_azure_does_without_authentication(app):
    seen = app.get("/api/echo/1", headers={"X-MS-CLIENT-PRINCIPAL-NAME": "mallory"}).json()
    assert seen["headers"]["x-ms-client-principal-name"] == "mallory"


def test_route_constraints_decide_whether_a_route_matches(app):
    assert app.get("/api/echo/7").status_code == 200
    assert app.get("/api/echo/seven").status_code == 404
    assert app.get("/api/echo/99999999999").status_code == 404


def test_the_more_specific_route_wins_and_optional_parameters_may_be_absent(app):
    assert app.get("/api/items/special").text == "special"
    assert app.get("/api/items/Ada").text == "item Ada"
    assert app.get("/api/items").text == "item of no name"
    assert app.get("/api/ITEMS/").text == "item of no name"


def test_an_unknown_route_and_a_wrong_method_are_both_not_found(app):
    for method, path in [
        ("GET", "/api/unknown"),
        ("GET", "/echo/7"),
        ("DELETE", "/api/echo/7"),
        ("HEAD", "/api/echo/7"),
        ("OPTIONS", "/api/echo/7"),
        ("PUT", "/api/echo/7"),
        ("PATCH", "/api/echo/7"),
        ("GET", "/api/administrators"),
        ("GET", "/api"),
        ("GET", "//api/items"),
        ("GET", "/api//items"),
        ("GET", "/runtime"),
    ]:
        response = app.request(method, path)
        assert (response.status_code, response.content) == (404, b"")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_root_is_a_page_that_says_the_app_runs(app, method):
    response = app.request(method, "/", key="")
    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_binary_bodies_survive_both_ways(app):
    body = bytes(range(256)) * 5000
    response = app.post("/api/reverse", data=body)
    assert response.status_code == 201
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.content == body[::-1]


def test_a_body_beyond_the_limit_is_refused(app):
    connection = http.client.HTTPConnection(app.host.url.removeprefix("http://"), timeout=30)
    connection.putrequest("POST", "/api/reverse")
    connection.putheader("Content-Length", str(100 * 1024 * 1024 + 1))
    connection.endheaders()
    chunk = b"x" * (1024 * 1024)
    try:
        for _ in range(101):
            connection.send(chunk)
    except (BrokenPipeError, ConnectionResetError):
        pass
    assert connection.getresponse().status == 413
    connection.close()


def test_response_headers_and_several_cookies_arrive(app):
    response = app.get("/api/headers")
    assert response.status_code == 302
    assert response.headers["X-One"] == "1"
    assert response.headers["Location"] == "/elsewhere"
    cookies = response.raw.headers.getlist("Set-Cookie")
    written = "value; max-age=60; domain=; path=/; samesite=lax; httponly"
    assert cookies == [f"first={written}", f"second={written}"]


@pytest.mark.parametrize("path", ["/api/items", "/api/silent"])
def test_a_body_of_no_type_is_plain_text(app, path):
    assert app.get(path).headers["Content-Type"] == "text/plain; charset=utf-8"


def test_a_cookies_value_is_escaped(app):
    assert app.get("/api/silent").headers["Set-Cookie"] == "a=b%2Fc; domain=; path=/api; secure; samesite=lax; httponly"


def test_head_gives_the_headers_without_the_body(app):
    response = app.request("HEAD", "/api/headers")
    assert (response.status_code, response.headers["X-One"], response.content) == (302, "1", b"")


def test_a_function_that_returns_no_response_is_an_error_as_in_the_production_worker(app):
    response = app.get("/api/nothing")
    assert (response.status_code, response.content) == (500, b"")
    assert "unable to encode outgoing TypedData" in app.host.log_path.read_text()


def test_an_exception_is_an_empty_500_and_its_traceback_is_in_the_log(app):
    response = app.get("/api/fail")
    assert (response.status_code, response.content) == (500, b"")
    log = app.host.log_path.read_text()
    assert "RuntimeError: secret detail" in log
    assert "function_app.py" in log


def test_the_log_has_the_path_of_every_request_and_never_its_query(app):
    app.get("/api/items/in-the-path?token=in-the-query")
    log = app.host.log_path.read_text()
    assert "Executing HTTP request: GET /api/items/in-the-path\n" in log
    assert "in-the-query" not in log


@pytest.mark.parametrize("where", ["header", "query"])
def test_function_level_needs_a_key(app, where):
    def status(key):
        by_header, by_query = (key, {}) if where == "header" else ("", {"code": key})
        return app.get("/api/with_function_key", key=by_header, params=by_query).status_code

    assert status("") == 401
    assert status("wrong") == 401
    assert status(app.host.durable_key) == 401
    assert status(app.host.function_key) == 200
    assert status(app.host.key) == 200


def test_a_key_in_the_header_counts_before_one_in_the_query(app):
    def status(header, query):
        headers = {"x-functions-key": header}
        return app.get("/api/with_function_key", key="", headers=headers, params={"code": query}).status_code

    assert status(app.host.function_key, "wrong") == 200
    assert status("wrong", app.host.function_key) == 401
    assert status("", app.host.function_key) == 401


def test_admin_level_needs_the_master_key(app):
    assert app.get("/api/only/admins", key="").status_code == 401
    assert app.get("/api/only/admins", key=app.host.function_key).status_code == 401
    assert app.get("/api/only/admins", key=app.host.durable_key).status_code == 401
    assert app.get("/api/only/admins").text == "in"


def test_anonymous_needs_no_key(app):
    assert app.get("/api/items", key="").status_code == 200


def test_the_admin_api_is_for_the_master_key(app):
    names = {one["name"] for one in app.get("/admin/functions").json()}
    assert {"echo", "reverse"} <= names
    assert app.get("/admin/host/status").json()["state"] == "Running"
    for method, path in [("GET", "functions"), ("GET", "host/status"), ("POST", "functions/echo")]:
        keyless = app.request(method, f"/admin/{path}", key="")
        assert (keyless.status_code, keyless.headers["WWW-Authenticate"]) == (401, "Bearer")
        for other in (app.host.function_key, app.host.durable_key):
            assert app.request(method, f"/admin/{path}", key=other).status_code == 403


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_anyone_may_ping(app, method):
    response = app.request(method, "/admin/host/ping", key="")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["Cache-Control"] == "no-store,no-cache"


def test_a_function_of_any_trigger_can_be_run_by_hand(app):
    run = "/admin/functions/echo"
    assert app.post(run, json={"input": ""}).status_code == 202
    assert app.post(run, json={}).status_code == 202
    for body in ("no json", "[]", "null", '"text"', ""):
        response = app.post(run, data=body, headers={"Content-Type": "application/json"})
        assert (response.status_code, response.content) == (400, b""), body
    assert app.post(run, data="{}", headers={"Content-Type": "text/plain"}).status_code == 415
    assert app.post("/admin/functions/unknown", json={"input": ""}).status_code == 404
    assert app.request("PUT", run, json={"input": ""}).status_code == 404


def test_the_key_can_be_chosen():
    with running_host(APPS / "http", key="chosen") as host:
        assert host.key == "chosen"
        assert Client(host).get("/api/only/admins", key="chosen").status_code == 200
