"""Pipelines that name a managed image are told where it went: also after it was deleted, forgotten, or made anew."""

import pytest

from tests.support.running.azure import running_azure
from tests.support.running.starting import running_app
from tests.support.running.system_key import forgotten


def moved_to(app, image_id):
    return app.call("GET", "images/moved-to", params={"id": image_id})


def address(app, image_id):
    answer = moved_to(app, image_id)
    assert answer.status_code == 200, answer.text
    return answer.json()


def why_not(app, image_id):
    answer = moved_to(app, image_id)
    assert (answer.status_code, answer.json()["code"]) == (404, "NotMoved"), answer.text
    return answer.json()["detail"]


def test_an_image_that_is_gone_leaves_the_address_of_its_version_and_definition(app, azure, waiting):
    assert "under way, in phase AwaitingApproval" in why_not(app, waiting["sourceImageId"])
    app.approve(waiting)
    ended = app.ended(waiting["id"])
    told = address(app, waiting["sourceImageId"].upper().replace("/SUBSCRIPTIONS/", "/subscriptions/"))
    assert told["imageVersionId"] == ended["imageVersionId"]
    assert told["imageDefinitionId"] == ended["imageVersionId"].rpartition("/versions/")[0]
    assert (told["source"], told["imageVersion"], told["ofEarlierImage"]) == ("gone", "there", False)
    assert (told["outcome"]["kind"], told["links"]) == ("Migrated", ended["links"])


@pytest.mark.parametrize("decision", ["accept", "reject"])
def test_a_source_that_is_kept_has_moved_where_its_version_was_accepted_and_not_where_it_was_rejected(
    app, waiting, decision
):
    app.approve(waiting, decision=decision, comment="said so")
    ended = app.ended(waiting["id"])
    if decision == "accept":
        told = address(app, waiting["sourceImageId"])
        assert (told["imageVersionId"], told["source"]) == (ended["imageVersionId"], "there")
    else:
        assert "approved or accepted" in why_not(app, waiting["sourceImageId"])


def test_an_image_whose_source_was_never_to_go_has_moved(app, azure):
    excluded = app.ended(app.start(azure.seed_image("kept"), deleteSource="never", excludeFromLatest=True))
    assert address(app, excluded["sourceImageId"])["imageVersionId"] == excluded["imageVersionId"]


def test_the_address_of_an_earlier_migration_stays_while_the_next_one_asks_and_after_it_was_rejected(app, azure):
    image = azure.seed_image("nightly")
    document = azure.control.resource(image)
    first = app.approve_and_end(app.start(image))
    azure.control.put_resource({name: value for name, value in document.items() if name != "systemData"})
    again = app.waiting(app.start(image))
    told = address(app, image)
    assert (told["imageVersionId"], told["source"], told["ofEarlierImage"]) == (first["imageVersionId"], "gone", True)
    app.approve(again, decision="reject", comment="does not boot")
    app.ended(again["id"])
    assert address(app, image)["imageVersionId"] == first["imageVersionId"]


def test_a_version_that_somebody_has_deleted_since_is_told_as_gone_and_one_that_cannot_be_read_as_unknown(troubled):
    app, azure = troubled.app, troubled.azure
    ended = app.ended(app.start(azure.seed_image("kept"), deleteSource="never"))
    azure.control.add_fault(
        method="GET", path="/", error={"status": 503, "code": "ServerBusy", "message": "x"}, times=9
    )
    told = address(app, ended["sourceImageId"])
    assert (told["source"], told["imageVersion"], told["ofEarlierImage"]) == ("unknown", "unknown", None)
    azure.control.remove_faults()
    azure.control.delete_resource(ended["imageVersionId"])
    assert address(app, ended["sourceImageId"])["imageVersion"] == "gone"


def test_what_was_forgotten_is_still_known_by_its_new_address():
    with running_azure() as azure, running_app(azure, MIGRATION_RETENTION="PT0.1S", MIGRATION_SWEEP="PT0S") as app:
        ended = app.approve_and_end(app.start(azure.seed_image("old")))
        forgotten(app, azure, ended)
        assert app.find(ended["sourceImageId"]) is None
        assert address(app, ended["sourceImageId"])["imageVersionId"] == ended["imageVersionId"]


def test_what_is_no_managed_image_or_no_migration_of_it_is_told_as_that(app, azure):
    assert "knows of no migration" in why_not(app, azure.seed_image("unknown"))
    for query in ({}, {"id": "/subscriptions/1"}, {"id": azure.seed_gallery("one")}, {"name": "x"}):
        answer = app.call("GET", "images/moved-to", params=query)
        assert answer.status_code == 422, answer.text
        assert {error["field"] for error in answer.json()["errors"]} == set(query or {"id": ""})
