"""The record admits runs: of many starts one, which is kept whatever the task hub answers, and told as it was asked."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from dev.emulator.seed import GALLERIES_GROUP
from tests.support.running.app import outcome
from tests.support.running.azure import TAG, definition_of, running_azure
from tests.support.running.starting import running_app
from tests.support.running.system_key import SystemKey, tended
from tests.support.waiting import eventually


def at_once(app, bodies):
    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(lambda body: app.call("POST", "migrations", body), bodies))


def test_of_two_starts_at_once_the_one_that_was_told_202_is_the_one_that_runs(app, azure):
    """One with `deleteSource: never`: both were told 202, the other ran, and deleted."""
    for _ in range(4):
        image = azure.seed_image("raced")
        kinds = ["never", "afterApproval"] * 3
        answers = at_once(app, [{"sourceImageId": image, "deleteSource": kind} for kind in kinds])
        assert Counter(answer.status_code for answer in answers) == {202: 1, 409: 5}
        admitted = next(answer.json()["run"] for answer in answers if answer.status_code == 202)
        assert {answer.json()["run"] for answer in answers} == {admitted}
        asked = kinds[next(number for number, answer in enumerate(answers) if answer.status_code == 202)]
        migration_id = answers[0].json().get("id") or app.find(image)["id"]
        runs = (app.ended if asked == "never" else app.waiting)(migration_id)
        assert (runs["run"], runs["plan"]["deleteSource"]) == (admitted, asked)
        assert azure.versions(definition_of(image)) == [runs["imageVersionId"]]


def test_a_start_that_the_hub_forgot_is_scheduled_again_as_the_same_run_by_the_clock(app, azure):
    """As after a crash between the record and the hub: 202 was said, and is kept."""
    image, started = _admitted_only(app, azure)
    eventually(lambda: tended(app) or app.host.instance(started["id"]), 20)
    waiting = app.waiting(started["id"])
    assert (waiting["run"], waiting["sourceImageId"]) == (started["run"], image)


def test_a_start_that_the_hub_forgot_is_scheduled_again_by_whoever_posts(app, azure):
    image, started = _admitted_only(app, azure)
    second = app.call("POST", "migrations", {"sourceImageId": image, "deleteSource": "never"})
    assert (second.status_code, second.json()["run"]) == (409, started["run"])
    waiting = app.waiting(started["id"])
    assert (waiting["run"], waiting["plan"]["deleteSource"]) == (started["run"], "afterApproval")


def _admitted_only(app, azure):
    """A migration that the record has admitted, and of which the hub has never heard."""
    image = azure.seed_image("forgotten")
    azure.control.add_fault(method="GET", path=f"{image}$", delaySeconds=3, times=2)
    started = app.call("POST", "migrations", {"sourceImageId": image}).json()
    key = SystemKey(app)
    key.call("POST", f"instances/{started['id']}/terminate", reason="crash")
    azure.control.remove_faults()
    key.run_out(started["id"])
    key.purge(started["id"])
    run = azure.record(started["id"])["run"]
    azure.change_record(started["id"], run=run | {"stage": "admitted", "phase": "Planning"})
    return image, started


def test_two_images_whose_ids_would_meet_are_kept_apart(app, azure, waiting):
    """The record holds the whole id: one that is of another image is neither started nor told as this one's."""
    other = azure.seed_image("other")
    theirs = azure.record(waiting["id"])
    azure.change_record(waiting["id"], sourceImageId=other)
    answer = app.call("POST", "migrations", {"sourceImageId": waiting["sourceImageId"]})
    assert answer.status_code == 409
    azure.change_record(waiting["id"], sourceImageId=theirs["sourceImageId"])


def test_a_second_post_leaves_no_trace_of_who_sent_it(app, azure, waiting):
    before = app.call("GET", "migrations", params={"text": waiting["sourceImageId"]}).json()
    assert app.call("POST", "migrations", {"sourceImageId": waiting["sourceImageId"]}).status_code == 409
    assert app.call("GET", "migrations", params={"text": waiting["sourceImageId"]}).json() == before


def test_what_became_of_a_run_is_known_when_the_hub_has_forgotten_it(app, azure, waiting):
    app.approve(waiting)
    ended = app.ended(waiting["id"])
    audit = app.audit(ended)
    SystemKey(app).purge(waiting["id"])
    assert app.migration(waiting["id"]) == ended
    assert app.audit(ended) == audit


def test_without_a_table_nothing_starts_and_so_nothing_is_deleted():
    with running_azure() as azure, running_app(azure, MIGRATION_RECORDS="", AzureWebJobsStorage="") as app:
        image = azure.seed_image("unrecorded")
        answer = app.call("POST", "migrations", {"sourceImageId": image})
        assert (answer.status_code, "storage account" in answer.text) == (500, True)
        assert app.plan(image).status_code == 200
        assert azure.exists(image)


def test_a_chain_of_runs_names_the_one_before(app, azure, waiting):
    app.approve(waiting, decision="reject", comment="not yet")
    app.ended(waiting["id"])
    answer = app.call("POST", waiting["links"]["askAgain"])
    assert answer.status_code == 202, answer.text
    again = app.waiting(waiting["id"])
    assert (again["before"], again["run"]) == (waiting["run"], answer.json()["run"])
    assert again["imageVersionId"] == waiting["imageVersionId"]
    app.approve(again)
    assert outcome(app.ended(again["id"])) == ("Migrated", "Migrated")


@pytest.mark.parametrize("ending", ["Refused", "Cancelled", "Failed"])
def test_what_ended_without_a_version_is_started_anew_by_asking_again(troubled, ending):
    app, azure = troubled.app, troubled.azure
    image = azure.seed_image("again")
    if ending == "Refused":
        azure.update_tags(image, {TAG: "not_made_yet"})
        ended = app.ended(app.started(image)["id"])
        gallery = {"id": f"{GALLERIES_GROUP}/providers/Microsoft.Compute/galleries/not_made_yet", "location": "eastus2"}
        azure.control.put_resource(gallery | {"properties": {"provisioningState": "Succeeded"}})
    elif ending == "Failed":
        azure.control.add_fault(method="PUT", path="/versions/", error={"status": 403, "code": "No", "message": "no"})
        ended = app.ended(app.start(image))
    else:
        waiting = app.waiting(app.start(image))
        app.call("POST", waiting["links"]["cancel"])
        ended = app.ended(waiting["id"])
    assert ended["outcome"]["kind"] == ending
    assert app.call("POST", ended["links"]["askAgain"]).status_code == 202
    again = app.waiting(ended["id"])
    assert again["before"] == ended["run"]


def test_what_has_migrated_is_not_asked_again(app, azure, waiting):
    app.approve(waiting)
    ended = app.ended(waiting["id"])
    answer = app.call("POST", ended["links"]["askAgain"])
    assert (answer.status_code, answer.json()["code"]) == (409, "NothingToAsk")


def test_a_version_used_again_is_told_as_it_is_not_as_it_was_asked_for(app, azure):
    """Storage that was asked for the second time stood in plan and page; the version has what it was made with."""
    image = azure.seed_image("reused")
    waiting = app.waiting(app.start(image, targetRegions=["westus2=1=standard_lrs"]))
    app.approve(waiting, decision="reject", comment="other storage, please")
    app.ended(waiting["id"])
    again = app.waiting(app.start(image, targetRegions=["westus2=1=premium_lrs"]))
    assert again["imageVersionId"] == waiting["imageVersionId"]
    stored = {region["name"]: region["storageAccountType"] for region in again["plan"]["targetRegions"]}
    assert stored["westus2"] == "Standard_LRS"
    assert [note for note in again["notes"] if "westus2" in note and "Standard_LRS" in note]


def test_a_wish_by_tag_is_started_once_by_eight_events_at_once(app, azure, all_events_handled):
    image = azure.seed_image("events")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: azure.update_tags(image, {TAG: "default", "n": str(number)}), range(8)))
    all_events_handled()
    waiting = app.waiting(app.started(image)["id"])
    assert azure.versions(definition_of(image)) == [waiting["imageVersionId"]]
