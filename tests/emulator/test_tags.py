"""Tags at a scope: subscription, group and resource."""

from typing import Any

import pytest

from dev.emulator import Emulator
from tests.support.documents import Arm, seed_image

TAGS = "/providers/Microsoft.Resources/tags/default"


@pytest.fixture
def emulator(moving_emulator: Emulator) -> Emulator:
    return moving_emulator


@pytest.fixture
def image(emulator: Emulator, arm: Arm) -> str:
    return seed_image(emulator, tags={"team": "web", "Stage": "test"})


def patch(arm: Arm, scope: str, operation: str, tags: dict[str, str]):
    return arm("PATCH", scope + TAGS, {"operation": operation, "properties": {"tags": tags}})


def test_the_answer_is_the_tags_resource_with_what_the_scope_now_has(arm: Arm, image: str):
    answer = patch(arm, image, "Merge", {"owner": "ada"})
    assert answer.status_code == 200
    assert answer.json() == {
        "id": image + TAGS,
        "name": "default",
        "type": "Microsoft.Resources/tags",
        "properties": {"tags": {"team": "web", "Stage": "test", "owner": "ada"}},
    }
    assert arm("GET", image + TAGS).json() == answer.json()


def test_tags_written_at_the_scope_are_the_tags_of_the_image(emulator: Emulator, arm: Arm, image: str):
    patch(arm, image, "Merge", {"owner": "ada"})
    shown = arm("GET", image).json()
    assert shown["tags"] == {"team": "web", "Stage": "test", "owner": "ada"}


def test_merge_overwrites_a_name_whatever_its_case(arm: Arm, image: str):
    answer = patch(arm, image, "Merge", {"stage": "live"})
    assert answer.json()["properties"]["tags"] == {"team": "web", "stage": "live"}


def test_replace_and_put_leave_only_what_was_sent(arm: Arm, image: str):
    replaced = patch(arm, image, "Replace", {"a": "1"})
    assert replaced.json()["properties"]["tags"] == {"a": "1"}
    put = arm("PUT", image + TAGS, {"properties": {"tags": {"b": "2"}}})
    assert (put.status_code, put.json()["properties"]["tags"]) == (200, {"b": "2"})


@pytest.mark.parametrize(
    ("sent", "left"),
    [
        ({"team": "web"}, {"Stage": "test"}),
        ({"TEAM": ""}, {"Stage": "test"}),
        ({"team": "other"}, {"team": "web", "Stage": "test"}),
        ({"unknown": "x"}, {"team": "web", "Stage": "test"}),
    ],
)
def test_delete_takes_away_names_or_exact_pairs(arm: Arm, image: str, sent: dict, left: dict):
    assert patch(arm, image, "Delete", sent).json()["properties"]["tags"] == left


def test_delete_of_all_tags_answers_200_without_content(arm: Arm, image: str):
    answer = arm("DELETE", image + TAGS)
    assert (answer.status_code, answer.content) == (200, b"")
    assert arm("GET", image + TAGS).json()["properties"]["tags"] == {}


def test_subscriptions_and_groups_have_tags_too(arm: Arm):
    group = arm.new_group("tagged")
    for scope in (arm.subscription, group):
        patch(arm, scope, "Merge", {"cost": "42"})
        assert arm("GET", scope).json()["tags"] == {"cost": "42"}


def test_the_id_may_be_written_in_any_case(arm: Arm, image: str):
    answer = patch(arm, image.lower().replace("/resourcegroups/", "/RESOURCEGROUPS/"), "Merge", {"a": "1"})
    assert answer.json()["id"] == image + TAGS


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        ("/subscriptions/{s}/resourceGroups/images/providers/Microsoft.Compute/images/none", "ResourceNotFound"),
        ("/subscriptions/{s}/resourceGroups/none/providers/Microsoft.Compute/images/web", "ResourceGroupNotFound"),
        ("/subscriptions/00000000-0000-0000-0000-000000000000", "SubscriptionNotFound"),
    ],
)
def test_tags_of_something_that_is_not_there_are_not_found(emulator: Emulator, arm: Arm, scope: str, code: str):
    missing = scope.format(s=emulator.subscription_id)
    for answer in (arm("GET", missing + TAGS), patch(arm, missing, "Merge", {"a": "1"})):
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, code)


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ({"a/b": "1"}, "InvalidTagNameCharacters"),
        ({"": "1"}, "InvalidTagNameCharacters"),
        ({"n" * 513: "1"}, "InvalidTagName"),
        ({"a": "v" * 257}, "InvalidTagValueLength"),
        ({f"tag{number}": "x" for number in range(50)}, "TagCountExceeded"),
        ({"a": 1}, "InvalidRequestContent"),
        ("none", "InvalidRequestContent"),
    ],
)
def test_tags_that_break_a_rule_change_nothing(arm: Arm, image: str, tags: Any, code: str):
    answer = patch(arm, image, "Merge", tags)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert arm("GET", image + TAGS).json()["properties"]["tags"] == {"team": "web", "Stage": "test"}


def test_an_unknown_operation_is_refused(arm: Arm, image: str):
    answer = patch(arm, image, "Append", {"a": "1"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidRequestContent")
