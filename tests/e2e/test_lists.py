"""Lists: pages that neither lose nor repeat, filters, and rows that cannot be read."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from migration.values.ids import instance_id_for
from tests.support.running.azure import running_azure
from tests.support.running.listed import copies
from tests.support.running.starting import running_app

THIS_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 6, 1, tzinfo=UTC)
SUBSCRIPTIONS = ("c0ffee00-0000-4000-8000-00000000000a", "c0ffee00-0000-4000-8000-00000000000b")


def sources(name, count, subscription=SUBSCRIPTIONS[0]):
    images = f"/subscriptions/{subscription}/resourceGroups/{name}-group/providers/Microsoft.Compute/images"
    return [f"{images}/{name}-{number}" for number in range(count)]


def ids(images):
    return sorted(map(instance_id_for, images))


KEPT = sources("kept", 40)
DELETED = sources("deleted", 25, SUBSCRIPTIONS[1])
FAILED = sources("failed", 5, SUBSCRIPTIONS[1])


@pytest.fixture(scope="module")
def listed():
    """An app in whose list stand seventy ended migrations of two subscriptions, and one that really ran."""
    with running_azure() as azure, running_app(azure) as app:
        one = app.ended(app.start(azure.seed_image("real"), deleteSource="never", excludeFromLatest=True))
        [template] = azure.rows("list")
        azure.put_rows(
            copies(template, KEPT)
            + copies(template, DELETED, outcome="Migrated")
            + copies(template, FAILED, outcome="Failed")
        )
        yield SimpleNamespace(app=app, azure=azure, real=one["id"], template=template)


def pages(app, link):
    """Every page that begins with this one."""
    while link:
        answer = app.call("GET", link)
        assert answer.status_code == 200, answer.text
        yield answer.json()["migrations"]
        link = answer.json()["next"]


def found(app, link):
    return sorted(migration["id"] for page in pages(app, link) for migration in page)


@pytest.mark.parametrize("top", [1, 7, 71, 500])
def test_every_row_is_on_one_page(listed, top):
    if top == 1:
        assert found(listed.app, "migrations?top=1&outcome=failed") == ids(FAILED)
        return
    assert found(listed.app, f"migrations?top={top}") == sorted([*ids(KEPT + DELETED + FAILED), listed.real])


def test_no_page_loses_or_repeats_a_row_or_their_order_while_others_are_added(listed):
    seen = []
    for number, page in enumerate(pages(listed.app, "migrations?top=9")):
        seen += [migration["id"] for migration in page]
        younger, older = sources(f"younger{number}", 3), sources(f"older{number}", 3)
        listed.azure.put_rows(copies(listed.template, younger, begin=LATER) + copies(listed.template, older))
    there_throughout = {*ids(KEPT + DELETED + FAILED), listed.real}
    assert len(seen) == len(set(seen))
    assert there_throughout <= set(seen)
    assert [one for one in seen if one in ids(FAILED)] == [instance_id_for(image) for image in reversed(FAILED)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("outcome=migrated", DELETED),
        ("outcome=Failed", FAILED),
        (f"subscription={SUBSCRIPTIONS[1].upper()}", DELETED + FAILED),
        (f"subscription={SUBSCRIPTIONS[1]}&outcome=failed", FAILED),
        ("text=DELETED-2", [source for source in DELETED if "deleted-2" in source]),
        ("text=deleted-group&outcome=Migrated&phase=done", DELETED),
        ("text=nowhere", []),
        ("phase=planning", []),
        ("subscription=none-of-ours", []),
        ("text=%25", []),
        ("text='%20or%20''%20eq%20'", []),
    ],
)
def test_a_list_is_narrowed_by_phase_outcome_subscription_and_text(listed, query, expected):
    assert found(listed.app, f"migrations?{query}") == ids(expected)
    assert found(listed.app, f"migrations?top=4&{query}") == ids(expected)


def test_live_migrations_are_listed_as_they_stand_now(listed):
    waiting = listed.app.waiting(listed.app.start(listed.azure.seed_image("asking")))
    [shown] = next(pages(listed.app, f"migrations?text={waiting['sourceImageId'].rpartition('/')[2]}"))
    assert (shown["phase"], shown["waitingFor"]) == ("AwaitingApproval", "approval")
    assert found(listed.app, "migrations?phase=awaitingapproval") == [waiting["id"]]
    listed.app.approve(waiting)
    listed.app.ended(waiting["id"])
    assert found(listed.app, "migrations?phase=awaitingapproval") == []
    assert waiting["id"] in found(listed.app, "migrations?outcome=migrated")


def test_rows_that_cannot_be_read_are_skipped_and_counted(listed):
    cut, empty, undated, bare = copies(listed.template, sources("broken", 4))
    bare.pop("status")
    broken = [cut | {"status": "{"}, empty | {"status": "{}"}, undated | {"updatedAt": "soon"}, bare]
    listed.azure.put_rows([*broken, *copies(listed.template, sources("broken-not", 1))])
    answer = listed.app.call("GET", "migrations?text=broken").json()
    assert [row["id"] for row in answer["migrations"]] == ids(sources("broken-not", 1))
    assert answer["unreadable"] == 4
    assert listed.app.call("GET", "images").status_code == 200


def test_a_row_of_a_newer_app_is_read_as_far_as_it_is_known(listed):
    [row] = copies(listed.template, sources("newer", 1))
    row["status"] = row["status"].replace("{", '{"mood": {"unheard": ["of"]}, ', 1)
    listed.azure.put_rows([row | {"colour": "blue"}])
    assert found(listed.app, "migrations?text=newer") == ids(sources("newer", 1))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("top=%D9%A3", "top"),
        ("top=%EF%BC%91%EF%BC%90", "top"),
        ("top=0", "top"),
        ("top=501", "top"),
        ("top=-1", "top"),
        ("top=", "top"),
        ("top=1e2", "top"),
        ("phase=nowhere", "phase"),
        ("outcome=great", "outcome"),
        ("text=%00", "text"),
        ("text=%0A", "text"),
        (f"text={'x' * 201}", "text"),
        ("subscription=%07", "subscription"),
        ("after=1", "after"),
        ("after=%ED%A0%80", "after"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_named(listed, query, field):
    answer = listed.app.call("GET", f"migrations?{query}")
    assert answer.status_code == 422, answer.text
    assert [problem["field"] for problem in answer.json()["errors"]] == [field]
