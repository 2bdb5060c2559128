"""What the plans of many images ask of Azure: each question once, refused once, and what is to come is there."""

from datetime import UTC, datetime

import pytest

from arm.transport.errors import ArmNotFoundError, ArmRefusedError, ArmThrottledError, ArmUnavailableError
from migration.plan.plan import Findings
from migration.plan.rights import DELETE_SOURCE, READ_SOURCE, TAG
from migration.resources.provenance import ORIGIN_TAG
from steering.gathering.reads import each, shared
from steering.gathering.reads.shared import Answers, SharedReads
from steering.gathering.rights import check_gallery_rights, check_source_rights
from tests.support.samples import (
    COMPUTE,
    DEFINITION,
    GALLERY,
    SOURCE,
    SUBSCRIPTION,
    codes,
    make_definition,
    make_gallery,
    make_image,
    make_plan,
    make_version,
)

OWNER = [{"actions": ["*"]}]
LOOKS = [{"actions": [*READ_SOURCE, *DELETE_SOURCE, *TAG], "notActions": ["Microsoft.Compute/images/delete"]}]
READER = [{"actions": ["*/read"]}]
GROUP = COMPUTE.partition("/providers/")[0]
AT_SUBSCRIPTION = f"/subscriptions/{SUBSCRIPTION}"


@pytest.fixture
def reads():
    return SharedReads(Answers(datetime.now(UTC)))


async def rights(reads, *images):
    """The codes that the rights at these images come to."""
    findings = Findings()
    for name in images or ("web",):
        await check_source_rights(make_image(id=f"{COMPUTE}/images/{name}"), findings, deletes=True, reads=reads)
    return codes(findings)


async def test_rights_of_a_subscription_count_for_all_images_in_it(granted, reads):
    asked = granted({AT_SUBSCRIPTION: OWNER})
    assert await rights(reads, "a", "b", "c") == []
    assert asked == [AT_SUBSCRIPTION]


async def test_rights_of_a_group_count_where_those_of_the_subscription_are_too_few(granted, reads):
    asked = granted({AT_SUBSCRIPTION: READER, GROUP: OWNER})
    assert await rights(reads, "a", "b", "c") == []
    assert asked == [AT_SUBSCRIPTION, GROUP]


async def test_rights_at_an_image_alone_count_there_and_for_no_other(granted, reads):
    """Taken for that of the group, an owner's right at one image was the app's right at all of them."""
    own, other = f"{COMPUTE}/images/own", f"{COMPUTE}/images/other"
    granted({AT_SUBSCRIPTION: READER, GROUP: LOOKS, own: OWNER, other: LOOKS})
    assert await rights(reads, "own") == []
    assert await rights(reads, "other") == ["MissingRight"]


async def test_rights_of_a_gallery_count_for_its_definitions(granted, reads):
    findings = Findings()
    asked = granted({GALLERY: OWNER})
    await check_gallery_rights(make_gallery(), make_definition(), findings, creates=False, reads=reads)
    assert (codes(findings), asked) == ([], [GALLERY])
    granted({GALLERY: READER, DEFINITION: OWNER})
    fresh = SharedReads(Answers(datetime.now(UTC)))
    await check_gallery_rights(make_gallery(), make_definition(), findings, creates=False, reads=fresh)
    assert codes(findings) == []


async def test_of_what_is_still_to_come_the_rights_are_those_of_what_is_there(granted, reads):
    asked = granted({GROUP: OWNER})
    reads.foresee(make_plan(create_gallery=True, create_definition=True))
    findings = Findings()
    await check_gallery_rights(make_gallery(), make_definition(), findings, creates=False, reads=reads)
    assert (codes(findings), asked) == ([], [GROUP])


@pytest.fixture
def counted(monkeypatch):
    """Have a read answer, or raise, and count how often it is asked."""

    def count(name, answer, module=each):
        asked = []

        async def read(*arguments):
            asked.append(arguments)
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(module, name, read)
        return asked

    return count


async def test_each_question_is_put_once(reads, counted):
    asked = counted("list_versions", [make_version("1.0.0")])
    for spelling in (DEFINITION, DEFINITION.upper().replace("/SUBSCRIPTIONS", "/subscriptions")):
        assert [one.name for one in await reads.versions(spelling)] == ["1.0.0"]
    assert len(asked) == 1


@pytest.mark.parametrize("refusal", [ArmRefusedError("AuthorizationFailed", "no"), ArmNotFoundError("NotFound", "no")])
async def test_what_is_refused_once_is_refused_to_all(reads, counted, refusal):
    asked = counted("list_definitions", refusal)
    for _ in range(3):
        with pytest.raises(type(refusal)):
            await reads.definitions(GALLERY)
    assert len(asked) == 1


@pytest.mark.parametrize("passing", [ArmThrottledError("TooMany", "wait", 3.0), ArmUnavailableError("Http503", "away")])
async def test_what_may_pass_is_asked_again(reads, counted, passing):
    asked = counted("list_definitions", passing)
    for _ in range(2):
        with pytest.raises(type(passing)):
            await reads.definitions(GALLERY)
    assert len(asked) == 2


async def test_no_list_is_asked_for_while_little_is_left_of_what_azure_allows(reads, counted, monkeypatch):
    asked = counted("list_definitions", [])
    monkeypatch.setattr("arm.transport.allowance.get_wait_seconds", lambda _: 9.0)
    with pytest.raises(ArmThrottledError) as told:
        await reads.definitions(GALLERY)
    assert (told.value.retry_after_seconds, asked) == (9.0, [])


async def test_what_a_plan_would_make_is_there_for_the_next_one(reads, counted):
    counted("list_definitions", [])
    asked = counted("list_versions", [])
    reads.foresee(make_plan(version="1.0.0"))
    reads.foresee(make_plan(version="1.0.1", create_definition=False))
    [definition] = await reads.definitions(GALLERY)
    assert definition.tags[ORIGIN_TAG].endswith("/web")
    versions = await reads.versions(definition.id)
    assert [(one.name, one.exclude_from_latest) for one in versions] == [("1.0.0", True), ("1.0.1", True)]
    assert (await reads.deleted_versions(definition.id), asked) == ([], [])


async def test_a_version_that_is_used_again_is_there_once(reads, counted):
    counted("list_versions", [make_version("1.0.0")])
    reads.foresee(make_plan(create_definition=False, adopt_version=True))
    assert [one.name for one in await reads.versions(DEFINITION)] == ["1.0.0"]


async def test_a_gallery_that_a_plan_would_make_is_there_by_name_and_id(reads, counted):
    counted("list_galleries", [])
    asked = counted("list_definitions", [])
    reads.foresee(make_plan(create_gallery=True))
    assert [one.id for one in await reads.galleries(SUBSCRIPTION)] == [GALLERY]
    assert (await reads.gallery(GALLERY.upper())).id == GALLERY
    assert [one.id for one in await reads.definitions(GALLERY)] == [DEFINITION]
    assert asked == []


async def test_locks_are_listed_once_for_a_subscription_and_by_group_only_where_that_is_refused(reads, counted):
    asked = counted("find_locks_around", [])
    for group in (GROUP, f"{GROUP}2"):
        assert await reads.locks_around(SUBSCRIPTION, [group]) == []
    assert asked == [(SUBSCRIPTION, [])]
    asked = counted("find_locks_around", None)
    fresh = SharedReads(Answers(datetime.now(UTC)))
    for group in (GROUP, GROUP, f"{GROUP}2"):
        assert await fresh.locks_around(SUBSCRIPTION, [group]) is None
    assert asked == [(SUBSCRIPTION, []), (SUBSCRIPTION, [GROUP]), (SUBSCRIPTION, [f"{GROUP}2"])]


MACHINE = f"{COMPUTE}/virtualMachines/captured"


async def test_the_plan_of_a_machine_that_cannot_be_seen_is_unread_and_not_none(reads, counted):
    counted("list_subscriptions", [SUBSCRIPTION], shared)
    asked = counted("find_machine_plans", {}, shared)
    counted("find_hidden_users", None, shared)
    assert await reads.machine_plan(MACHINE) is None
    assert await reads.machine_plan(None) is None
    assert len(asked) == 1
    hiding = SharedReads(Answers(datetime.now(UTC)))
    counted("find_hidden_users", "no right", shared)
    with pytest.raises(ArmRefusedError):
        await hiding.machine_plan(MACHINE)


def test_rights_are_looked_for_from_above(reads):
    assert reads.above(SOURCE) == [AT_SUBSCRIPTION, GROUP]
    assert reads.above(DEFINITION) == [GALLERY]
    assert reads.above(GALLERY) == reads.above(GROUP) == []
