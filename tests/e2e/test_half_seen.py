"""Lists hold what the app may read, without a word of the rest: seen in part, nobody knows who uses an image."""

import pytest

from dev.emulator.seed import GALLERIES_GROUP, IMAGES_GROUP, SHOP_GROUP, SUBSCRIPTION
from tests.support.running.app import outcome

ELSEWHERE = "/subscriptions/0badcafe-0000-4000-8000-000000000009"
KEPT = "as things stand the source will be kept: who uses the source image cannot be seen in "
MACHINES = "Microsoft.Compute/virtualMachines/read"
KINDS = ("virtualMachines", "virtualMachineScaleSets")


def on_groups_alone(azure, *actions):
    """The groups of image and gallery grant everything, their subscription all but this."""
    granted = {"*": IMAGES_GROUP, "*/*": GALLERIES_GROUP}
    azure.control.settings(deniedActions=dict.fromkeys(actions, SUBSCRIPTION), grantedActions=granted)


def at_the_subscription(azure):
    azure.control.settings(deniedActions={}, grantedActions={})


def kept_notes(app, image):
    answer = app.plan(image)
    assert answer.status_code == 200, answer.text
    return [note for note in answer.json()["notes"] if note.startswith(KEPT)]


def deletes(azure, image):
    return [one for one in azure.control.calls() if one["method"] == "DELETE" and one["path"].lower() == image.lower()]


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_whose_users_are_in_a_group_the_app_may_not_read_is_kept(fresh, kind):
    """It was deleted: the list of the subscription came without them, and with status 200."""
    app, azure = fresh.app, fresh.azure
    image = azure.seed_image()
    azure.seed_consumer(kind, image)
    on_groups_alone(azure, "Microsoft.Compute/virtualMachine*")
    assert azure.arm("GET", f"{SUBSCRIPTION}/providers/Microsoft.Compute/{kind}").json() == {"value": []}
    (note,) = kept_notes(app, image)
    for said in (SUBSCRIPTION, MACHINES, "Image migration: look"):
        assert said in note
    ended = app.approve_and_end(app.start(image))
    assert outcome(ended) == ("SourceKept", "UsersNotVisible")
    assert f"{SUBSCRIPTION}, where the app may not do {MACHINES}" in ended["outcome"]["reason"]
    assert azure.exists(image)
    assert deletes(azure, image) == []


def test_once_the_right_is_given_at_the_subscription_asking_again_tells_the_users_and_then_deletes(fresh):
    app, azure = fresh.app, fresh.azure
    image = azure.seed_image()
    used_by = [azure.seed_consumer(kind, image) for kind in KINDS]
    on_groups_alone(azure, MACHINES)
    kept = app.approve_and_end(app.start(image))
    assert outcome(kept) == ("SourceKept", "UsersNotVisible")
    at_the_subscription(azure)
    assert kept_after_asking_again(app, kept) == ("SourceKept", "SourceInUse")
    for user in used_by:
        azure.control.delete_resource(user)
    assert kept_after_asking_again(app, kept) == ("Migrated", "Migrated")
    assert not azure.exists(image)


def kept_after_asking_again(app, migration):
    assert app.call("POST", migration["links"]["askAgain"]).status_code == 202
    return outcome(app.approve_and_end(migration["id"]))


def test_a_source_that_nobody_uses_goes_where_all_could_be_seen(fresh):
    image = fresh.azure.seed_image()
    assert kept_notes(fresh.app, image) == []
    assert outcome(fresh.app.approve_and_end(fresh.app.start(image))) == ("Migrated", "Migrated")
    assert not fresh.azure.exists(image)


@pytest.mark.parametrize("right", ["Microsoft.Compute/galleries/read", "Microsoft.Authorization/permissions/read"])
def test_a_right_to_see_versions_or_ones_own_rights_that_is_missing_keeps_it_too(fresh, right):
    app, azure = fresh.app, fresh.azure
    image = azure.seed_image()
    on_groups_alone(azure, right)
    assert len(kept_notes(app, image)) == 1
    assert outcome(app.approve_and_end(app.start(image))) == ("SourceKept", "UsersNotVisible")
    assert azure.exists(image)


def test_a_subscription_in_which_the_app_has_rights_on_one_group_keeps_it_and_is_named(fresh):
    app, azure = fresh.app, fresh.azure
    image, group = azure.seed_image(), f"{ELSEWHERE}/resourceGroups/shop"
    azure.control.put_resource({"id": ELSEWHERE, "displayName": "Other"})
    azure.control.put_resource(azure.control.resource(SHOP_GROUP) | {"id": group})
    azure.control.settings(deniedActions={"*": ELSEWHERE}, grantedActions={"*": group})
    (note,) = kept_notes(app, image)
    assert f"{ELSEWHERE}, where the app's own rights cannot be read" in note
    ended = app.approve_and_end(app.start(image))
    assert outcome(ended) == ("SourceKept", "UsersNotVisible")
    assert ELSEWHERE in ended["outcome"]["reason"]
    assert SUBSCRIPTION not in ended["outcome"]["reason"]


def test_a_migration_that_keeps_its_source_needs_no_such_right(fresh):
    app, azure = fresh.app, fresh.azure
    image = azure.seed_image()
    on_groups_alone(azure, "Microsoft.Compute/virtualMachine*")
    answer = app.plan(image, deleteSource="never")
    assert [note for note in answer.json()["notes"] if KEPT in note] == []
    migration_id = app.start(image, deleteSource="never", excludeFromLatest=True)
    assert outcome(app.ended(migration_id)) == ("SourceKept", "Policy")
