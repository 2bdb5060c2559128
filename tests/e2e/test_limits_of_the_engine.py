"""What is long stays within what the engine carries: 16 KB of custom status and output, pages that answer."""

import json

from tests.support.running.app import outcome

LONGEST_BYTES = 16 * 1024
MACHINES = 150


def bytes_of(value):
    return len(json.dumps(value).encode("utf-16-le"))


def test_a_source_that_150_machines_use_is_kept_and_told_in_a_status_that_fits(fresh):
    app, azure = fresh.app, fresh.azure
    waiting = app.waiting(app.start(azure.seed_image("popular")))
    for _ in range(MACHINES):
        azure.seed_consumer("virtualMachines", waiting["sourceImageId"])
    app.approve(waiting, comment="\u20ac" * 1024, approver="\u20ac" * 200 + "Ada")
    ended = app.ended(waiting["id"])
    assert outcome(ended) == ("SourceKept", "SourceInUse")
    instance = app.instance(waiting["id"])
    assert max(bytes_of(instance["customStatus"]), bytes_of(instance["output"])) < LONGEST_BYTES
    assert azure.exists(waiting["sourceImageId"])


def test_every_region_is_known_though_the_status_holds_some_of_them(fresh):
    app, azure = fresh.app, fresh.azure
    places = azure.arm("GET", f"{azure.arm.subscription}/locations").json()["value"]
    regions = [place["name"] for place in places if place["metadata"]["regionType"] == "Physical"]
    waiting = app.waiting(app.start(azure.seed_image("everywhere"), targetRegions=sorted(regions)[:60]))
    status = app.instance(waiting["id"])["customStatus"]
    assert bytes_of(status) < LONGEST_BYTES
    assert len(waiting["regions"]) + waiting["regionsLeftOut"] == len(waiting["plan"]["targetRegions"])
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")


def test_a_list_answers_page_by_page_while_many_migrations_live(fresh):
    app, azure = fresh.app, fresh.azure
    azure.control.settings(replicationStalls=["eastus2"])
    started = {app.start(azure.seed_image("many")) for _ in range(40)}
    found, link = [], "migrations?top=7"
    while link:
        answer = app.call("GET", link)
        assert answer.status_code == 200, answer.text
        found += [migration["id"] for migration in answer.json()["migrations"]]
        link = answer.json()["next"]
    assert sorted(found) == sorted(started)
