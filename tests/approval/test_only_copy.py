"""Somebody else deletes the source image, as clean-up jobs do: whatever the end, API, page, message and tag say that
the version is the only copy, and nobody is told to remove it, or that the source is kept.
"""

import pytest

from tests.support.running.app import outcome
from tests.support.running.azure import SPEED, definition_of
from tests.support.running.system_key import SystemKey, closed_by_the_clock
from tests.support.running.visitors import Browser
from tests.support.waiting import eventually

ONLY_COPY = "this version is the only copy, keep it"
MAY_BE = "may be the only copy, do not remove it"
UNTRUE = ("image is kept", "source kept", "can be removed", "links.askAgain", "Ask again")
BUSY = {"status": 503, "code": "ServerBusy", "message": "try again"}


def cancel(site, waiting):
    assert site.app.call("POST", waiting["links"]["cancel"]).status_code == 202


def approve(site, waiting):
    """Over the API, which takes it whatever stands against the delete."""
    site.app.approve(waiting)


def accept(site, waiting):
    Browser().decide(site.link(waiting), "accept")


def reject(site, waiting):
    Browser().decide(site.link(waiting), "reject", comment="does not boot")


def message_of_the_end(site, migration):
    """The last message about an image that tells of an end."""

    def told():
        messages = site.team.messages(migration["sourceImageId"])
        return [one["message"] for one in messages if "ended" in one["title"]]

    return eventually(told, 20)[-1]


def is_told_as_the_only_copy(site, ended, *, version_id, words=ONLY_COPY, only_copy=True):
    """API, list, message and tag. The page is looked at where there is one."""
    known = ended["outcome"]
    assert (known["source"], known["onlyCopy"], known["leftBehind"]) == ("gone", only_copy, [])
    (listed,) = site.app.call("GET", "migrations", params={"text": ended["sourceImageId"]}).json()["migrations"]
    assert listed["outcome"] == known
    for said in (ended["nextAction"], listed["nextAction"], message_of_the_end(site, ended)):
        assert words in said
        assert not [untrue for untrue in UNTRUE if untrue in said]
    tag = "gone: this is the only copy" if only_copy else "gone: this may be the only copy"
    assert site.azure.tags(version_id)["migration-source"] == tag
    assert site.azure.exists(version_id)


def page_tells(page, words=ONLY_COPY):
    assert words in page.text
    assert not [untrue for untrue in UNTRUE if untrue in page.text]


@pytest.mark.parametrize(
    ("act", "end"),
    [
        (cancel, ("Cancelled", "Cancelled")),
        (approve, ("Failed", "SourceGone")),
        (accept, ("SourceKept", "Accepted")),
        (reject, ("SourceKept", "Rejected")),
    ],
)
def test_after_any_answer_the_version_of_a_source_that_is_gone_is_the_only_copy(site, waiting, act, end):
    """A cancel left the complete version in `leftBehind`, to be removed; a rejection said that the source was kept."""
    link = site.link(waiting)
    site.azure.control.delete_resource(waiting["sourceImageId"])
    act(site, waiting)
    ended = site.app.ended(waiting["id"])
    assert outcome(ended) == end
    is_told_as_the_only_copy(site, ended, version_id=waiting["imageVersionId"])
    page_tells(Browser().open(link))


def test_an_expired_question_about_a_source_that_is_gone_asks_nobody_to_ask_again(hasty_site):
    site = hasty_site
    migration = site.asked(site.app.start(site.azure.seed_image("late")))
    site.azure.control.delete_resource(migration["sourceImageId"])
    ended = site.app.ended(migration["id"])
    assert outcome(ended) == ("SourceKept", "ApprovalExpired")
    is_told_as_the_only_copy(site, ended, version_id=migration["imageVersionId"])
    page_tells(Browser().open(site.link(migration)))


def test_what_was_ended_from_outside_tells_of_the_only_copy_too(site, waiting):
    link = site.link(waiting)
    site.azure.control.delete_resource(waiting["sourceImageId"])
    SystemKey(site.app).terminate(waiting["id"])
    ended = closed_by_the_clock(site.app, site.azure, waiting["id"])
    assert outcome(ended) == ("Cancelled", "Terminated")
    stored = site.azure.record(waiting["id"])["run"]["outcome"]
    assert (stored["source"], stored["onlyCopy"], stored["leftBehind"]) == ("gone", True, [])
    assert ONLY_COPY in ended["nextAction"]
    page_tells(Browser().open(link))


def test_a_source_deleted_while_its_version_replicates_leaves_no_version_behind(site):
    """It failed with the version in `leftBehind`, which was about to become the only copy."""
    image = site.azure.seed_image("fleeting")
    site.azure.control.settings(replicationStalls=["westus3"])
    try:
        migration_id = site.app.start(image, targetRegions=["westus3"])
        replicating = site.app.until(migration_id, "Replicating")
        site.azure.control.delete_resource(image)
        cancel(site, replicating)
        ended = site.app.ended(migration_id)
        version = replicating["imageVersionId"]
        is_told_as_the_only_copy(site, ended, version_id=version, words=MAY_BE, only_copy=False)
        assert outcome(ended) == ("Cancelled", "Cancelled")
    finally:
        site.azure.control.settings(replicationStalls=[])


def test_a_source_gone_before_anybody_could_be_asked_fails_and_keeps_the_copy(site):
    image = site.azure.seed_image("fleeting")
    site.azure.seed_definition(image.rpartition("/")[2], exact=True)
    site.azure.control.set_speed(0)
    try:
        migration_id = site.app.start(image)
        replicating = site.app.until(migration_id, "Replicating")
        site.azure.control.delete_resource(image)
    finally:
        site.azure.control.set_speed(SPEED)
    ended = site.app.ended(migration_id)
    assert ended["outcome"]["kind"] == "Failed"
    is_told_as_the_only_copy(site, ended, version_id=replicating["imageVersionId"])


def test_a_migrated_image_is_told_as_the_only_copy(site, waiting):
    link = site.link(waiting)
    approve(site, waiting)
    ended = site.app.ended(waiting["id"])
    assert outcome(ended) == ("Migrated", "Migrated")
    is_told_as_the_only_copy(site, ended, version_id=waiting["imageVersionId"])
    page_tells(Browser().open(link))


def test_a_source_that_goes_long_after_a_cancel_takes_what_was_left_behind_off_the_answer(site, waiting):
    """What could be removed on the day of the end is the only copy a week later."""
    link = site.link(waiting)
    cancel(site, waiting)
    ended = site.app.ended(waiting["id"])
    left = [definition_of(waiting["sourceImageId"]), waiting["imageVersionId"]]
    assert (ended["outcome"]["source"], ended["outcome"]["leftBehind"]) == ("there", left)
    assert "can be removed" in ended["nextAction"]
    assert site.azure.tags(waiting["imageVersionId"])["migration-source"] == "there"
    site.azure.control.delete_resource(waiting["sourceImageId"])
    now = site.app.migration(waiting["id"])
    assert (now["outcome"]["onlyCopy"], now["outcome"]["leftBehind"]) == (True, [])
    assert ONLY_COPY in now["nextAction"]
    page_tells(Browser().open(link))


def test_where_azure_does_not_say_whether_the_source_is_there_nothing_is_to_be_removed(site, waiting):
    cancel(site, waiting)
    site.app.ended(waiting["id"])
    site.azure.control.add_fault(method="GET", path=f"{waiting['sourceImageId']}$", error=BUSY, times=None)
    try:
        now = site.app.migration(waiting["id"])
        assert (now["outcome"]["source"], now["outcome"]["leftBehind"]) == ("unknown", [])
        assert "remove nothing before you have looked" in now["nextAction"]
        assert "the source image is kept" not in Browser().open(site.link(waiting)).text
    finally:
        site.azure.control.remove_faults()


def test_a_question_about_a_source_that_is_gone_says_so_at_its_head(site, waiting):
    """The page said of an image that was gone that it would be deleted for good."""
    site.azure.control.delete_resource(waiting["sourceImageId"])
    text = Browser().open(site.link(waiting)).text
    assert "Somebody else deleted the source image" in text
    assert "This is gone already" in text
    for untrue in ("deleted for good", "Yes, delete", "The source image exists", "is the one that was copied"):
        assert untrue not in text
    assert "source image is kept" not in text
    cancel(site, waiting)


# An image built anew under the name


def build_anew(site, image, gib):
    """Another image under a name that has been one's before."""
    document = site.azure.control.resource(site.azure.seed_image("anew", os_gib=gib))
    return site.azure.control.put_resource(document | {"id": image, "name": image.rpartition("/")[2]})


def shown_in_the_inventory(site, image):
    """A list of Azure's spells a group as it likes."""
    shown = site.app.call("GET", "images").json()["images"]
    (found,) = [one for one in shown if one["id"].lower() == image.lower()]
    return found["migration"], found["migrationOfEarlierImage"]


@pytest.mark.parametrize(("act", "kind"), [(approve, "Migrated"), (reject, "SourceKept")])
def test_an_image_built_anew_under_the_name_is_not_shown_as_migrated(site, waiting, act, kind):
    image = waiting["sourceImageId"]
    act(site, waiting)
    ended = site.app.ended(waiting["id"])
    assert (ended["outcome"]["kind"], ended["ofEarlierImage"]) == (kind, False)
    build_anew(site, image, 64)
    own, earlier = shown_in_the_inventory(site, image)
    assert own is None
    assert (earlier["id"], earlier["outcome"]) == (waiting["id"], kind)
    now = site.app.migration(waiting["id"])
    assert (now["ofEarlierImage"], now["outcome"]["source"], now["outcome"]["onlyCopy"]) == (True, "gone", True)
    assert "another one, and not migrated by this" in now["nextAction"]
    page_tells(Browser().open(site.link(waiting)))
    again = site.asked(site.app.start(image))
    assert again["imageVersionId"] != waiting["imageVersionId"]
    own, earlier = shown_in_the_inventory(site, image)
    assert (own["running"], own["outcome"], earlier) == (True, None, None)
    cancel(site, again)
    left = site.app.ended(waiting["id"])["outcome"]["leftBehind"]
    assert left == [again["imageVersionId"]], "the definition holds the only copy of the image before"
