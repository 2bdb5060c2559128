"""`latest` is the newest image, in whatever order migrations end: an older one never becomes it by itself."""

import pytest

from tests.support.documents import GALLERY_ID
from tests.support.running.ages import NEW, OLD, latest_of, seed_copy, seed_image
from tests.support.running.answers import name_of
from tests.support.running.app import outcome
from tests.support.running.azure import TAG

WAYS = ["afterApproval", "never"]


@pytest.fixture
def definition(azure):
    return azure.seed_definition("aged")


def migrated(app, migration_id, way):
    ended = app.approve_and_end(migration_id) if way == "afterApproval" else app.ended(migration_id)
    assert outcome(ended) == (("Migrated", "Migrated") if way == "afterApproval" else ("SourceKept", "Policy"))
    return ended


@pytest.mark.parametrize("way", WAYS)
def test_an_old_image_that_is_migrated_after_a_new_one_stays_out_of_latest(app, azure, definition, way):
    told = {"imageDefinition": name_of(definition), "deleteSource": way}
    new = migrated(app, app.start(seed_image(azure, NEW), **told), way)
    assert "excluded" not in new["outcome"]["reason"]
    old = migrated(app, app.start(seed_image(azure, OLD), **told), way)
    assert latest_of(azure, definition) == new["imageVersionId"]
    assert "version 1.0.0, which is latest, was made from a newer image" in old["plan"]["staysExcluded"]
    assert "the version stays excluded from latest: version 1.0.0" in old["outcome"]["reason"]
    entries = app.audit(old)["entries"]
    assert "left out of latest" in [entry["event"] for entry in entries]


@pytest.mark.parametrize("first", ["old", "new"])
@pytest.mark.parametrize("begins", ["old", "new"])
def test_two_that_end_in_any_order_leave_the_newest_as_latest(app, azure, definition, begins, first):
    ages, waiting = {"old": OLD, "new": NEW}, {}
    for name in sorted(ages, reverse=begins == "old"):
        image = seed_image(azure, ages[name])
        waiting[name] = app.waiting(app.start(image, imageDefinition=name_of(definition)))
    for name in sorted(ages, reverse=first == "old"):
        migrated(app, waiting[name]["id"], "afterApproval")
    assert latest_of(azure, definition) == waiting["new"]["imageVersionId"]


def test_many_that_end_at_once_leave_the_newest_as_latest(app, azure, definition):
    days = ["2023-03-03", "2025-05-05", "2021-01-01", "2024-04-04", "2022-02-02"]
    told = {"imageDefinition": name_of(definition), "deleteSource": "never"}
    started = {day: app.start(seed_image(azure, f"{day}T00:00:00Z"), **told) for day in days}
    ended = {day: migrated(app, one, "never") for day, one in started.items()}
    assert latest_of(azure, definition) == ended[max(days)]["imageVersionId"]


def test_of_what_is_excluded_nothing_else_is_changed(app, azure, definition):
    new = app.waiting(app.start(seed_image(azure, NEW), imageDefinition=name_of(definition)))
    old = seed_copy(azure, definition, "7.0.0", OLD)
    azure.update_tags(old, {"owner": "grace"})
    profile = {"endOfLifeDate": "2040-01-31T00:00:00Z"}
    azure.change(old, lambda properties: properties["publishingProfile"].update(profile))
    azure.change(old, lambda properties: properties.update(safetyProfile={"blockDeletionBeforeEndOfLife": True}))
    before = azure.read(old)
    migrated(app, new["id"], "afterApproval")
    after = azure.read(old)
    assert before["properties"]["publishingProfile"].pop("excludeFromLatest", False) is False
    assert after["properties"]["publishingProfile"].pop("excludeFromLatest") is True
    assert after["tags"] == before["tags"]
    for name in ("targetRegions", "endOfLifeDate"):
        assert after["properties"]["publishingProfile"][name] == before["properties"]["publishingProfile"][name]
    assert after["properties"]["safetyProfile"]["blockDeletionBeforeEndOfLife"] is True


@pytest.mark.parametrize("way", WAYS)
def test_what_somebody_else_made_stays_latest_and_is_not_touched(app, azure, definition, way):
    theirs = azure.seed_version(definition, "7.0.0")
    before = azure.read(theirs)
    image = seed_image(azure, NEW)
    ended = migrated(app, app.start(image, imageDefinition=name_of(definition), deleteSource=way), way)
    assert "it is not known how old the image is that version 7.0.0" in ended["outcome"]["reason"]
    assert latest_of(azure, definition) == theirs
    assert azure.read(theirs) == before


def test_a_tag_that_says_so_makes_an_old_image_latest(app, azure, definition):
    seed_copy(azure, definition, "1.0.0", NEW)
    image = seed_image(azure, OLD)
    options = {f"{TAG}-options": "delete-source=never; exclude-from-latest=false"}
    azure.update_image(image, {TAG: f"{name_of(GALLERY_ID)}/{name_of(definition)}", **options})
    ended = app.ended(app.started(image)["id"])
    assert outcome(ended) == ("SourceKept", "Policy")
    assert ended["plan"]["staysExcluded"] is None
    assert latest_of(azure, definition) == ended["imageVersionId"]


def test_programs_see_before_they_decide_that_it_does_not_become_latest(app, azure, definition):
    waiting = app.waiting(app.start(seed_image(azure, NEW), imageDefinition=name_of(definition)))
    checks = app.call("GET", f"migrations/{waiting['id']}/checks").json()
    assert checks["consequence"]["promotes"] == waiting["imageVersionId"]
    azure.seed_version(definition, "7.0.0")
    checks = app.call("GET", f"migrations/{waiting['id']}/checks").json()
    assert checks["consequence"]["promotes"] is None
    assert "version 7.0.0" in checks["consequence"]["staysExcluded"]


def test_what_approving_would_do_is_told_also_where_the_definition_is_gone(app, azure, definition):
    waiting = app.waiting(app.start(seed_image(azure, NEW), imageDefinition=name_of(definition)))
    for gone in (waiting["imageVersionId"], definition):
        azure.control.delete_resource(gone)
    answer = app.call("GET", f"migrations/{waiting['id']}/checks")
    assert (answer.status_code, answer.json()["obstacle"]["code"]) == (200, "VersionNotFound")
