"""What starts a migration: tags that ask for something no finished migration has answered for this very image."""

import pytest

from migration.asking.request import DeleteSource
from migration.asking.settings import Settings
from migration.asking.start import MigrationStart
from migration.course.recording import status_tags
from migration.course.starting import Requester, as_asked_now, is_news, may_be_another, start_by_request, start_by_tags
from migration.record.image_record import Answered
from migration.resources.image import ManagedImage
from migration.values.ids import instance_id_for
from tests.support.samples import DEFAULTS, SOURCE, make_ended, make_image, make_request

KEY = "migrate-to-gallery"
ADA = Requester("Ada", ("ada-oid",))
TAGS = {KEY: "prod/web", "team": "web"}


def start(tags: dict[str, str] = TAGS, content: str = "first") -> MigrationStart:
    started = start_by_tags(make_image(tags=tags, content=content), ADA, DEFAULTS)
    assert started is not None
    return started


def news(tags: dict[str, str], last: Answered | None, content: str = "first") -> bool:
    image = make_image(tags=tags, content=content)
    return is_news(start(tags, content), image, last, DEFAULTS)


LAST = Answered(fingerprint=start().fingerprint, content="first")


def test_tags_start_a_migration_of_what_they_ask_for():
    started = start()
    assert started.id == instance_id_for(SOURCE)
    assert started.request == make_request(gallery="prod", imageDefinition="web")
    assert (started.asked_by, started.requested_by, started.requester_ids) == ("tag", "Ada", ["ada-oid"])
    assert MigrationStart.model_validate(started.dump()) == started


def test_an_untagged_image_starts_nothing():
    assert start_by_tags(make_image(tags={"team": "web"}), ADA, DEFAULTS) is None


def test_tags_that_make_no_sense_start_a_migration_that_tells_why():
    started = start({KEY: "a//b", f"{KEY}-options": "color=blue"})
    assert started.request is None
    assert [problem.code for problem in started.problems] == ["UnknownOption", "Invalid"][::-1]


def test_the_key_of_the_tag_is_a_setting():
    image = make_image(tags={"move-me": "default"})
    assert start_by_tags(image, ADA, DEFAULTS) is None
    assert start_by_tags(image, ADA, Settings(tag="move-me")) is not None


def test_a_request_over_http_runs_under_the_same_instance():
    started = start_by_request(make_request(), make_image(), ADA, DEFAULTS)
    assert started.id == start().id
    assert started.asked_by == "request"


def test_the_first_tags_are_news():
    assert news(TAGS, None)


def test_the_same_tags_start_nothing():
    assert not news(TAGS, LAST)
    assert not news({name.upper(): value.upper() for name, value in TAGS.items()}, LAST)


def test_other_tag_edits_start_nothing():
    assert not news(TAGS | {"team": "another", "cost": "1"}, LAST)


@pytest.mark.parametrize("tags", [{KEY: "prod/web2"}, {KEY: "default"}, TAGS | {f"{KEY}-options": "sku=s"}])
def test_changed_tags_start_a_migration(tags: dict[str, str]):
    assert news(tags, LAST)


def test_the_status_tag_is_remembered_when_the_hub_has_forgotten():
    recorded = status_tags(make_ended(start=start()), KEY)
    assert not news(TAGS | recorded, None)
    assert not news(TAGS | recorded | {"team": "another"}, None)
    assert news(TAGS | recorded | {KEY: "default"}, None)


@pytest.mark.parametrize("status", ["", " ", "\t", "nonsense", "SourceKept Rejected"])
def test_a_status_tag_that_somebody_emptied_remembers_nothing(status: str):
    assert news(TAGS | {f"{KEY}-status": status}, None)


def test_an_image_made_again_under_its_old_name_is_news_though_its_tags_are_the_same():
    assert news(TAGS, LAST, content="second")


GRAPHS = make_image(tags=TAGS, content="", shape="disks")  # Resource Graph does not say when an image was made
KNOWN = LAST.changed(shape="disks")
MARKED = status_tags(make_ended(start=start()), KEY)


def uncertain(image: ManagedImage, last: Answered | None) -> bool:
    return may_be_another(start(TAGS), image, last, DEFAULTS)


def test_what_the_index_still_shows_of_a_deleted_image_is_no_news_by_itself():
    gone = KNOWN.changed(deleted=True)
    assert not is_news(start(TAGS), GRAPHS, gone, DEFAULTS)
    assert uncertain(GRAPHS, gone)


def test_an_image_without_the_tag_that_its_migration_left_may_be_another_of_the_same_disks():
    assert uncertain(GRAPHS, KNOWN)
    assert not uncertain(make_image(tags=TAGS | MARKED, content="", shape="disks"), KNOWN)
    assert not uncertain(GRAPHS, None)
    assert not uncertain(make_image(tags=TAGS, content="second"), KNOWN)


def test_a_tag_that_was_off_in_between_is_a_new_wish_though_it_says_the_same():
    assert not news(TAGS, LAST)
    assert news(TAGS, LAST.changed(off=True))


def test_tags_that_changed_since_the_start_count_as_they_are_now_and_nobody_is_known_to_have_asked():
    by_now = make_image(tags=TAGS | {f"{KEY}-options": "delete-source=never"})
    asked = as_asked_now(start(), by_now, DEFAULTS)
    assert asked is not None
    assert asked.request is not None
    assert asked.request.delete_source is DeleteSource.NEVER
    assert (asked.requester_ids, asked.asked_by) == ([], "tag")
    assert asked.fingerprint != start().fingerprint


def test_a_start_stands_where_its_tags_do_or_where_it_was_asked_for_over_http():
    assert as_asked_now(start(), make_image(tags=TAGS | {"team": "another"}), DEFAULTS) == start()
    posted = start().changed(asked_by="request")
    assert as_asked_now(posted, make_image(tags={KEY: "default"}), DEFAULTS) == posted


def test_a_tag_that_was_taken_off_asks_for_nothing_any_more():
    assert as_asked_now(start(), make_image(tags={"team": "web"}), DEFAULTS) is None
