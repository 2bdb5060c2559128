"""Management locks: kept, listed, inherited, and in the way of writes."""

import pytest

from dev.emulator import Emulator
from tests.support.documents import SOME_OBJECT_ID, Arm, seed_image


@pytest.fixture
def emulator(moving_emulator: Emulator) -> Emulator:
    return moving_emulator


@pytest.fixture
def image(emulator: Emulator, arm: Arm) -> str:
    return seed_image(emulator)


@pytest.fixture(params=["resource", "group", "subscription"])
def scope(request: pytest.FixtureRequest, arm: Arm, image: str) -> str:
    group = image.partition("/providers/")[0]
    return {"resource": image, "group": group, "subscription": arm.subscription}[request.param]


def lock(arm: Arm, scope: str, level: str, name: str = "keep", **properties: str):
    body = {"properties": {"level": level} | properties}
    return arm("PUT", f"{scope}/providers/Microsoft.Authorization/locks/{name}", body)


def names(answer) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [lock["name"] for lock in answer.json()["value"]]


def test_a_lock_is_created_shown_and_updated(arm: Arm, image: str):
    lock_id = f"{image}/providers/Microsoft.Authorization/locks/keep"
    created = lock(arm, image, "CanNotDelete", notes="do not touch")
    shown = created.json()
    assert shown.pop("systemData")["createdBy"] == SOME_OBJECT_ID
    assert (created.status_code, shown) == (
        201,
        {
            "properties": {"level": "CanNotDelete", "notes": "do not touch"},
            "id": lock_id,
            "type": "Microsoft.Authorization/locks",
            "name": "keep",
        },
    )
    assert lock(arm, image, "readonly").status_code == 200
    assert arm("GET", lock_id).json()["properties"] == {"level": "ReadOnly"}


def test_a_lock_is_deleted_once(arm: Arm, image: str):
    lock_id = lock(arm, image, "ReadOnly").json()["id"]
    statuses = [arm("DELETE", lock_id).status_code for _ in range(2)]
    assert statuses == [200, 204]
    missing = arm("GET", lock_id)
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "LockNotFound")


def test_a_lock_at_any_scope_keeps_the_image_from_being_deleted(arm: Arm, image: str, scope: str):
    lock(arm, scope, "CanNotDelete")
    refused = arm("DELETE", image)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "ScopeLocked")
    assert scope.lower() in refused.json()["error"]["message"].lower()
    assert arm("GET", image).status_code == 200


def test_cannotdelete_allows_writes(arm: Arm, image: str, scope: str):
    lock(arm, scope, "CanNotDelete")
    assert arm("PATCH", image, {"tags": {"a": "1"}}).status_code == 200


def test_readonly_at_any_scope_refuses_every_write_even_of_tags(arm: Arm, image: str, scope: str):
    lock(arm, scope, "ReadOnly")
    tags = {"operation": "Merge", "properties": {"tags": {"a": "1"}}}
    answers = [
        arm("PATCH", image, {"tags": {"a": "1"}}),
        arm("PATCH", f"{image}/providers/Microsoft.Resources/tags/default", tags),
        arm("DELETE", image),
    ]
    assert [answer.status_code for answer in answers] == [409, 409, 409]
    assert "tags" not in arm("GET", image).json()


def test_a_lock_can_be_taken_away_from_a_locked_scope(arm: Arm, image: str, scope: str):
    lock_id = lock(arm, scope, "ReadOnly").json()["id"]
    assert lock(arm, image, "ReadOnly", "second").status_code == 201
    for gone in (lock_id, f"{image}/providers/Microsoft.Authorization/locks/second"):
        assert arm("DELETE", gone).status_code == 200
    assert arm("DELETE", image).status_code == 202


def test_a_group_with_something_locked_inside_is_not_deleted(arm: Arm, image: str):
    lock(arm, image, "CanNotDelete")
    refused = arm("DELETE", image.partition("/providers/")[0])
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "ScopeLocked")
    assert image.lower() in refused.json()["error"]["message"].lower()


def test_a_lock_on_one_image_leaves_another_alone(emulator: Emulator, arm: Arm, image: str):
    other = seed_image(emulator, "web2")
    lock(arm, image, "ReadOnly")
    assert arm("DELETE", other).status_code == 202


def test_lists_hold_the_locks_at_the_scope_and_below_and_on_request_those_above(arm: Arm, image: str):
    group = image.partition("/providers/")[0]
    for scope, name in ((image, "on-image"), (group, "on-group"), (arm.subscription, "on-subscription")):
        lock(arm, scope, "CanNotDelete", name)
    locks = "/providers/Microsoft.Authorization/locks"
    assert set(names(arm("GET", arm.subscription + locks))) == {
        "on-image",
        "on-group",
        "on-subscription",
    }
    assert set(names(arm("GET", group + locks))) == {"on-image", "on-group"}
    assert names(arm("GET", image + locks)) == ["on-image"]
    inherited = names(arm("GET", image + locks, filter="atScope()"))
    assert set(inherited) == {"on-image", "on-group", "on-subscription"}


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"level": "Forever"}, "InvalidLockLevel"),
        ({}, "InvalidLockLevel"),
        ({"level": "ReadOnly", "notes": "n" * 513}, "InvalidRequestContent"),
        (None, "InvalidRequestContent"),
    ],
)
def test_a_malformed_lock_is_refused(arm: Arm, image: str, properties: object, code: str):
    path = f"{image}/providers/Microsoft.Authorization/locks/keep"
    answer = arm("PUT", path, {"properties": properties})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def test_an_unknown_filter_is_refused_not_ignored(arm: Arm, image: str):
    answer = arm("GET", f"{image}/providers/Microsoft.Authorization/locks", filter="level eq 'x'")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidFilterInQueryString")


@pytest.mark.parametrize(
    "scope",
    ["/nothing", "/subscriptions", "/subscriptions/s/rooms/1", "{s}/providers/Microsoft.Compute/images", "{s}/x/y"],
)
def test_a_scope_that_is_no_id_is_refused(arm: Arm, scope: str):
    place = scope.replace("{s}", f"{arm.subscription}/resourceGroups/images")
    tags = {"operation": "Merge", "properties": {"tags": {}}}
    for answer in (
        lock(arm, place, "ReadOnly"),
        arm("GET", f"{place}/providers/Microsoft.Authorization/locks"),
        arm("PATCH", f"{place}/providers/Microsoft.Resources/tags/default", tags),
        arm("DELETE", f"{place}/providers/Microsoft.Resources/tags/default"),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidResourceId")


def test_nothing_that_is_missing_can_be_locked(arm: Arm, image: str):
    answer = lock(arm, image + "-missing", "ReadOnly")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "ResourceNotFound")
