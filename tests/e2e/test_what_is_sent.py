"""Names that nobody knows are refused by every call, in a query and in a body; pages go on by one link."""

import pytest

from tests.support.documents import image_id
from tests.support.functions import bindings
from tests.support.running.app import PROBLEM

PAGES = ("approvals/", "fleet-approvals/", "pages/")  # of people: mail gateways and trackers add their own to a link
CALLS = sorted(
    (getattr(method, "value", method), binding.route)
    for binding in bindings("httpTrigger").values()
    for method in binding.methods
    if not binding.route.startswith(PAGES)
)


OTHERS = {"fleets/sheet", "fleets/{id}/approval"}  # a sheet has columns; and there is no fleet of a migration's id


def named(answer):
    assert answer.status_code == 422, f"{answer.status_code} {answer.text[:300]}"
    assert answer.headers["Content-Type"] == PROBLEM
    return {problem["field"]: problem["code"] for problem in answer.json()["errors"]}


@pytest.mark.parametrize(("method", "route"), CALLS)
def test_a_misspelt_name_in_a_query_is_refused_by_every_call(app, waiting, method, route):
    path = route.replace("{id}", waiting["id"])
    body = {"sourceImageId": image_id("none")} if route.startswith("migrations") and "{id}" not in route else {}
    answer = app.call(method, path, body if method == "POST" else None, params={"phse": "Done", "clientId": "mine"})
    assert named(answer) == {"phse": "UnknownParameter"}
    assert not app.has_changed(waiting)


@pytest.mark.parametrize("route", [route for method, route in CALLS if method == "POST" and route not in OTHERS])
def test_a_misspelt_field_of_a_body_is_refused_by_every_call(app, waiting, route):
    answer = app.call("POST", route.replace("{id}", waiting["id"]), {"reson": "wrong image"})
    assert named(answer)["reson"] == "UnknownField"
    told = next(problem for problem in answer.json()["errors"] if problem["field"] == "reson")
    assert "known here: " in told["message"] or "takes none" in told["message"]
    assert not app.has_changed(waiting)


def pages(app, link, key):
    while link:
        answer = app.call("GET", link)
        assert answer.status_code == 200, answer.text
        yield answer.json()[key]
        link = answer.json()["nextLink"]


@pytest.mark.parametrize(("path", "seed"), [("images", "seed_image"), ("galleries", "seed_gallery")])
def test_what_there_is_comes_by_pages_and_by_name(app, azure, path, seed):
    seeded = {getattr(azure, seed)("paged-one").lower() for _ in range(3)}
    seeded |= {getattr(azure, seed)("paged-two").lower() for _ in range(2)}
    text = "PAGED-ONE,paged-two" if path == "images" else "PAGED_ONE,paged_two"
    found = [[one["id"].lower() for one in page] for page in pages(app, f"{path}?top=2&text={text}", path)]
    assert [len(page) for page in found] == [2, 2, 1]
    assert {one for page in found for one in page} == seeded
    assert app.call("GET", f"{path}?text=nothing-is-called-so").json() == {path: [], "nextLink": None}
    assert named(app.call("GET", f"{path}?top=0&after=x")) == {"top": "Invalid", "after": "Invalid"}


@pytest.mark.parametrize("query", ["phase=AwaitingApproval&phase=Planning", "phase=planning,awaitingapproval"])
def test_open_questions_are_listed_with_what_each_allows_and_until_when(app, waiting, query):
    shown = [one for page in pages(app, f"migrations?top=3&{query}", "migrations") for one in page]
    (own,) = [one for one in shown if one["id"] == waiting["id"]]
    assert {one["phase"] for one in shown} <= {"AwaitingApproval", "Planning"}
    assert (own["allows"], own["expiresAt"]) == (["approve", "accept", "reject"], waiting["expiresAt"])
