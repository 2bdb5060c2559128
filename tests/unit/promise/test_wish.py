"""Whether the delete is still wished for: `never` locks it, whoever says it, and what cannot be read says never."""

import pytest
from migration.promise.withdrawal import withdrawn

from migration.asking.delete_lock import lock_on_image
from migration.asking.settings import Settings
from migration.asking.start import MigrationStart
from migration.course.starting import Requester, start_by_tags
from migration.resources.image import ManagedImage
from tests.unit.samples import DEFAULTS, SOURCE, make_image, make_start

KEY = "migrate-to-gallery"
OPTIONS = f"{KEY}-options"
TAGS = {KEY: "prod/web", OPTIONS: "sku=s", "team": "web"}


def by_tag(tags: dict[str, str] = TAGS) -> MigrationStart:
    start = start_by_tags(make_image(tags=tags), Requester("Ada"), DEFAULTS)
    assert start is not None
    return start


def code(image: ManagedImage, start: MigrationStart, settings: Settings | None = None) -> str | None:
    refusal = withdrawn(image, start, settings or DEFAULTS)
    return refusal.code if refusal else None


@pytest.mark.parametrize(
    "tags",
    [
        {KEY: "prod/web", OPTIONS: "delete-source=never"},
        {OPTIONS: "delete-source=never"},
        {KEY: "default", OPTIONS: "sku=s; Delete-Source = NEVER"},
        {KEY.upper(): "default", OPTIONS.upper(): "delete-source=never"},
        {KEY: "a//b", OPTIONS: "delete-source=after-approval"},
        {KEY: "prod", OPTIONS: "delete-source=perhaps"},
        {KEY: "prod", OPTIONS: "colour=blue"},
        {OPTIONS: "delete-source=never; delete-source=after-approval"},
        {KEY: ""},
    ],
)
def test_an_image_whose_tags_say_never_or_cannot_be_read_is_locked(tags: dict[str, str]):
    assert lock_on_image(SOURCE, tags, KEY) is not None
    assert code(make_image(tags=tags), make_start()) == "KeptByTag"


@pytest.mark.parametrize(
    "tags",
    [{}, {"team": "web"}, {KEY: "default"}, {KEY: "prod", OPTIONS: "delete-source=after-approval"}, {OPTIONS: "sku=s"}],
)
def test_any_other_image_is_not(tags: dict[str, str]):
    assert lock_on_image(SOURCE, tags, KEY) is None
    assert code(make_image(tags=tags), make_start()) is None


def test_the_setting_never_locks_what_was_started_before_it():
    assert code(make_image(), make_start(), Settings(delete_source="never")) == "DeletionLocked"


@pytest.mark.parametrize(
    "tags", [{}, {"team": "web"}, {KEY: "prod/web2", OPTIONS: "sku=s"}, {KEY: "prod/web"}, TAGS | {OPTIONS: "sku=t"}]
)
def test_a_wish_on_a_tag_that_was_changed_or_removed_is_withdrawn(tags: dict[str, str]):
    """The source was deleted all the same."""
    assert code(make_image(tags=tags), by_tag()) == "RequestWithdrawn"
    assert code(make_image(tags=tags), make_start()) is None  # it was not asked for by tag


@pytest.mark.parametrize("tags", [TAGS, TAGS | {"team": "other"}, {name.upper(): TAGS[name].upper() for name in TAGS}])
def test_other_tags_and_other_spellings_withdraw_nothing(tags: dict[str, str]):
    assert code(make_image(tags=tags), by_tag()) is None


def test_the_key_of_the_tag_is_a_setting():
    image = make_image(tags={"move-me-options": "delete-source=never"})
    assert code(image, make_start()) is None
    assert code(image, make_start(), Settings(tag="move-me")) == "KeptByTag"
