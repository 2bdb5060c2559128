"""Tags of the source are on its copy, as far as there is room, and never in place of the app's own."""

from tests.support.documents import GALLERY_ID
from tests.support.running.answers import planned
from tests.support.running.app import outcome
from tests.support.running.azure import definition_of


def test_tags_of_the_source_are_on_the_version_and_ours_come_first(app, azure):
    tags = {
        "team": "web",
        "migration-id": "forged",
        "Decided-By": "forged",
        "migrate-to-gallery-options": "eol=2099-01-01",
    }
    image = azure.seed_image("tagged", tags=tags)
    migration = app.waiting(app.start(image))
    shown = {name.lower(): value for name, value in azure.tags(migration["imageVersionId"]).items()}
    assert shown["team"] == "web"
    assert shown["migration-id"] == migration["id"]
    assert not {"decided-by", "migrate-to-gallery-options"} & shown.keys()


def test_tags_that_find_no_room_are_named_in_the_plan(app, azure):
    image = azure.seed_image("tagged", tags={f"tag-{number:02}": "x" for number in range(50)})
    (note,) = [note for note in planned(app.plan(image))["notes"] if "tags of the source" in note]
    assert "tag-49" in note
    assert outcome(app.approve_and_end(app.start(image))) == ("Migrated", "Migrated")


def test_tags_with_reserved_beginnings_are_carried_as_they_are(app, azure):
    tags = {"hidden-title": "golden", "microsoft.team": "web", "Azure-cost": "1", "windows": "no", "empty": ""}
    waiting = app.waiting(app.start(azure.seed_image("tagged", tags=tags)))
    assert tags.items() <= azure.tags(waiting["imageVersionId"]).items()


def test_an_image_with_as_many_tags_as_azure_takes_is_migrated_and_keeps_them_where_it_stays(app, azure):
    tags = {f"tag-{number:02}": "x" for number in range(50)}
    image = azure.seed_image("tagged", tags=tags)
    ended = app.ended(app.start(image, deleteSource="never"))
    assert ended["outcome"]["kind"] == "SourceKept"
    assert azure.tags(image) == tags
    assert azure.exists(f"{definition_of(image)}/versions/1.0.0")
    assert GALLERY_ID in ended["imageVersionId"]
