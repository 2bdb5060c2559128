"""Whether the delete is still wished for: `never` locks it, whoever says it, and a changed wish keeps the source."""

from datetime import UTC, datetime
from typing import Any

import pytest

from migration.asking.delete_lock import lock_on_image
from migration.asking.settings import Settings
from migration.asking.tags import tag_fingerprint
from migration.course.wishes import taken_back, withdrawn
from migration.record.image_record import Answered
from migration.record.run import Run
from migration.values.outcome import Phase
from tests.support.samples import (
    DEFAULTS,
    DEFINITION,
    GALLERY,
    SOURCE,
    changed,
    make_definition,
    make_image,
    make_plan,
    make_request,
    make_run,
    make_settings,
    make_start,
)

KEY = "migrate-to-gallery"
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
OPTIONS = f"{KEY}-options"
TAGS = {KEY: "prod/web", OPTIONS: "sku=s", "team": "web"}


def by_tag() -> Run:
    return make_run(Phase.DELETING_SOURCE, start=make_start(asked_by="tag"))


def by_request(**fields: Any) -> Run:
    plan = make_plan(gallery=make_plan().gallery, version="1.0.0")
    return make_run(Phase.DELETING_SOURCE, start=make_start(request=make_request(**fields)), plan=plan)


def code(
    tags: dict[str, str],
    run: Run,
    *,
    asked: dict[str, str] | None = None,
    settings: Settings = DEFAULTS,
    answered: Answered | None = None,
) -> str | None:
    """What stands against the delete, whose question was asked when the image bore the tags `asked`."""
    fingerprint = tag_fingerprint(tags if asked is None else asked, settings.tag)
    refusal = withdrawn(make_image(tags=tags), run, fingerprint, answered, settings)
    return refusal.code if refusal else None


# The lock


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
    for run in (by_request(), by_tag()):
        assert code(tags, run) == "KeptByTag"


@pytest.mark.parametrize(
    "tags",
    [{}, {"team": "web"}, {KEY: "default"}, {KEY: "prod", OPTIONS: "delete-source=after-approval"}, {OPTIONS: "sku=s"}],
)
def test_any_other_image_is_not(tags: dict[str, str]):
    assert lock_on_image(SOURCE, tags, KEY) is None
    assert code(tags, by_tag()) is None


def test_the_setting_never_locks_what_was_started_before_it():
    assert code({}, by_request(), settings=make_settings(delete_source="never")) == "DeletionLocked"


def test_the_key_of_the_tag_is_a_setting():
    tags = {"move-me-options": "delete-source=never"}
    assert code(tags, by_request()) is None
    assert code(tags, by_request(), settings=make_settings(tag="move-me")) == "KeptByTag"


# What was changed since the question


CHANGED = [{}, {"team": "web"}, {KEY: "prod/web2", OPTIONS: "sku=s"}, {KEY: "prod/web"}, TAGS | {OPTIONS: "sku=t"}]


@pytest.mark.parametrize("run", [by_tag(), by_request()], ids=["by tag", "by request"])
@pytest.mark.parametrize("tags", CHANGED)
def test_a_wish_on_a_tag_that_was_changed_or_removed_is_withdrawn(tags: dict[str, str], run: Run):
    """The source was deleted all the same, and of what a request had started whatever the tag said by then."""
    assert code(tags, run, asked=TAGS) == "RequestWithdrawn"


@pytest.mark.parametrize("run", [by_tag(), by_request()], ids=["by tag", "by request"])
def test_a_tag_that_was_added_while_a_request_runs_is_a_wish_that_keeps_the_source(run: Run):
    assert code(TAGS, run, asked={"team": "web"}) == "RequestWithdrawn"


@pytest.mark.parametrize("tags", [TAGS, TAGS | {"team": "other"}, {name.upper(): TAGS[name].upper() for name in TAGS}])
def test_other_tags_and_other_spellings_withdraw_nothing(tags: dict[str, str]):
    assert code(tags, by_tag(), asked=TAGS) is None


# What a tag wishes that stood there before a request


MET = [
    {KEY: "default"},
    {KEY: "gallery"},
    {KEY: "GALLERY/Web"},
    {KEY: "gallery/web/1.0.0"},
    {KEY: "default", OPTIONS: "regions=eastus,westus2"},
    {KEY: "default", OPTIONS: "delete-source=after-approval"},
]
NOT_MET = [
    {KEY: "prod"},
    {KEY: "gallery/other"},
    {KEY: "gallery/web/2.0.0"},
    {KEY: "default", OPTIONS: "regions=westeurope"},
    {KEY: "default", OPTIONS: "eol=2099-01-01"},
]
RUN = by_request(targetRegions=["eastus", "westus2"])


@pytest.mark.parametrize("tags", MET, ids=str)
def test_a_tag_that_the_request_does_all_of_waits_for_nothing(tags: dict[str, str]):
    assert code(tags, RUN) is None


@pytest.mark.parametrize("tags", NOT_MET, ids=str)
def test_a_tag_that_asks_for_what_the_request_does_not_do_keeps_the_source(tags: dict[str, str]):
    """The image was deleted by one request while another's wish for it was still to come."""
    assert code(tags, RUN) == "WishWaits"


def test_a_tag_that_wants_an_older_image_to_be_latest_waits_where_it_stays_excluded():
    wishes, older = {KEY: "default", OPTIONS: "exclude-from-latest=false"}, make_plan(stays_excluded="1.0.3 is newer")
    assert code(wishes, RUN) is None
    assert code(wishes, RUN.changed(plan=older)) == "WishWaits"


def test_a_tag_whose_regions_the_plan_has_though_no_request_named_them_waits_for_nothing():
    """They came from the settings: the plan does all that the tag names."""
    assert code({KEY: "default", OPTIONS: "regions=eastus,westus2"}, by_request()) is None
    assert code({KEY: "default", OPTIONS: "regions=eastus,westeurope"}, by_request()) == "WishWaits"


def test_a_tag_whose_features_the_definition_has_waits_for_nothing():
    run = RUN.changed(plan=make_plan(definition=make_definition(features=["nvme", "hibernation"])))
    assert code({KEY: "default", OPTIONS: "features=hibernation"}, run) is None
    assert code({KEY: "default", OPTIONS: "features=accelerated-networking"}, run) == "WishWaits"


@pytest.mark.parametrize(
    ("planned", "preferred", "waits"),
    [("Standard_ZRS", False, None), ("Standard_LRS", True, None), ("Standard_LRS", False, "WishWaits")],
)
def test_a_tag_that_prefers_zones_waits_where_none_were_preferred(planned: str, preferred: bool, waits: str | None):
    regions = [one.changed(storage_account_type=planned, preferred=preferred) for one in make_plan().target_regions]
    run = by_request().changed(plan=make_plan(target_regions=regions))
    assert code({KEY: "default", OPTIONS: "regions=eastus=prefer-zrs"}, run) == waits


def test_a_gallery_that_is_named_by_its_id_is_the_same_gallery():
    assert code({KEY: "default", OPTIONS: "sku=s"}, by_request(sku="s")) is None
    run = by_request(gallery=GALLERY, imageDefinition=DEFINITION.rpartition("/")[2])
    assert code({KEY: "gallery/web"}, run) is None


def answered(tags: dict[str, str], **changes: Any) -> Answered:
    return changed(Answered(fingerprint=tag_fingerprint(tags, KEY), content="first"), changes)


def test_a_tag_that_has_been_answered_before_does_not_wait_any_more():
    tags = {KEY: "prod"}
    assert code(tags, RUN, answered=answered(tags)) is None
    assert code(tags, RUN, answered=answered({KEY: "other"})) == "WishWaits"


def test_a_tag_that_was_answered_off_and_set_again_waits():
    tags = {KEY: "prod"}
    assert code(tags, RUN, answered=answered(tags, off=True)) == "WishWaits"


def test_what_the_tag_itself_started_is_no_wish_that_waits():
    assert code({KEY: "prod"}, by_tag()) is None


# The attacks


def test_a_refused_wish_is_no_answered_wish():
    """A tag whose gallery was still missing was refused, a request migrated elsewhere, and the source was deleted."""
    tags = {KEY: "prod"}
    assert code(tags, RUN, answered=answered(tags, refused_at=MOMENT)) == "WishWaits"


def test_an_image_that_was_built_anew_under_its_old_name_wishes_anew():
    """The answer was that of the image before, and the tags had been carried along."""
    tags = {KEY: "prod"}
    assert code(tags, RUN, answered=answered(tags, content="another")) == "WishWaits"


@pytest.mark.parametrize(
    ("settings", "waits"),
    [
        (make_settings(gallery="gallery"), False),
        (make_settings(gallery="prod"), True),
        (make_settings(gallery=GALLERY.replace("gallery", "prod")), True),
        (make_settings(gallery="gallery", regions="eastus,westus2"), False),
        (make_settings(gallery="gallery", regions="eastus,westeurope"), True),
    ],
    ids=str,
)
def test_a_tag_that_names_no_place_wishes_for_the_usual_one(settings: Settings, waits: bool):
    """A request named a gallery and a region of its own: the place that the tag stood for never got a copy."""
    assert code({KEY: "default"}, by_request(gallery="gallery"), settings=settings) == ("WishWaits" if waits else None)


def test_a_tag_that_names_no_definition_wishes_for_the_one_of_its_image():
    named = by_request(imageDefinition="web")
    other = named.changed(plan=named.planned.changed(source=make_image(name="other")))
    assert code({KEY: "gallery"}, named) is None
    assert code({KEY: "gallery"}, other) == "WishWaits"


def test_names_and_numbers_that_azure_takes_for_the_same_are_the_same():
    named = by_request(imageDefinition="web-base")
    underscored = named.changed(
        plan=make_plan(
            source=make_image(name="web_base"),
            definition=make_definition(name="web-base"),
            version="2024.2.20",
        )
    )
    assert code({KEY: "gallery"}, underscored) is None
    assert code({KEY: "gallery/web-base/2024.02.20"}, underscored) is None
    assert code({KEY: "gallery/web-base/2024.02.21"}, underscored) == "WishWaits"


def test_a_gallery_of_that_name_in_another_subscription_is_another_one():
    elsewhere = GALLERY.replace(GALLERY.split("/")[2], "99999999-0000-0000-0000-000000000000")
    gallery = make_plan().gallery.changed(id=elsewhere)
    run = RUN.changed(plan=make_plan(gallery=gallery, version="1.0.0"))
    assert code({KEY: "gallery"}, run) == "WishWaits"


def test_tags_that_were_changed_since_a_run_began_take_its_wish_back_unless_it_asks_again():
    begun = make_run(start=make_start(fingerprint=tag_fingerprint(TAGS, KEY)))
    assert taken_back(make_image(tags=TAGS), begun, DEFAULTS) is None
    found = taken_back(make_image(tags={KEY: "prod/db"}), begun, DEFAULTS)
    assert found is not None
    assert found.code == "RequestWithdrawn"
    assert taken_back(make_image(tags={KEY: "prod/db"}), begun.changed(before="run 0"), DEFAULTS) is None
