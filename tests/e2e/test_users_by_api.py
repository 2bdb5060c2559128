"""Past `SourceInUse` there is a way: who uses the source, and the line that brings each to the version."""

import pytest

from dev.emulator import users_of_images
from tests.support.running.app import PROBLEM, outcome
from tests.support.running.azure import TAG, definition_of, unique


def users(app, migration, **query):
    answer = app.call("GET", migration["links"]["users"], params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def used(troubled):
    """A migration that waits, with a scale set that needs its source, and two machines that came from it."""
    app, azure = troubled.app, troubled.azure
    waiting = app.waiting(app.start(azure.seed_image("used")))
    source = waiting["sourceImageId"]
    scale_set = users_of_images.scale_set(unique("scale-set"), source, upgrade="Rolling")
    machines = [users_of_images.machine(unique("machine"), source) for _ in range(2)]
    for document in (scale_set, *machines):
        azure.control.put_resource(document)
    return waiting | {"scaleSet": scale_set["id"], "machines": [one["id"] for one in machines]}


def test_what_is_told_to_change_lets_the_source_go(troubled, used):
    app, azure = troubled.app, troubled.azure
    told = users(app, used)
    assert told["imageDefinitionId"] == definition_of(used["sourceImageId"])
    assert told["counts"] == {"machines": 2, "scale-sets": 1}
    (scale_set,) = [one for one in told["users"] if one["kind"] == "scale-sets"]
    assert (scale_set["id"].lower(), scale_set["blocks"]) == (used["scaleSet"].lower(), True)
    assert "in batches" in scale_set["change"]["notes"][1]
    assert told["imageDefinitionId"] in scale_set["change"]["latest"]["az"]
    assert used["imageVersionId"] in scale_set["change"]["pinned"]["bicep"]
    assert any("Not looked for: Batch pools" in said for said in told["notLookedFor"])
    app.approve(used)
    ended = app.ended(used["id"])
    assert outcome(ended) == ("SourceKept", "SourceInUse")
    assert users(app, ended)["counts"] == told["counts"]

    def pointed(properties):
        profile = properties["virtualMachineProfile"]["storageProfile"]
        profile["imageReference"]["id"] = told["imageDefinitionId"]

    azure.change(used["scaleSet"], pointed)
    assert app.call("POST", ended["links"]["askAgain"]).status_code == 202
    again = app.approve_and_end(used["id"])
    assert outcome(again) == ("Migrated", "Migrated")
    assert users(app, again)["counts"] == {"machines": 2}


def test_users_come_by_pages_and_by_kind(troubled, used):
    app = troubled.app
    first = users(app, used, top=2)
    rest = app.call("GET", first["nextLink"]).json()
    assert (len(first["users"]), len(rest["users"]), rest["nextLink"]) == (2, 1, None)
    found = [one["id"].lower() for one in [*first["users"], *rest["users"]]]
    assert sorted(found) == sorted(one.lower() for one in [used["scaleSet"], *used["machines"]])
    machines = users(app, used, kind="machines")["users"]
    assert sorted(one["id"].lower() for one in machines) == sorted(one.lower() for one in used["machines"])
    answer = app.call("GET", used["links"]["users"], params={"knd": "machines"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, PROBLEM)


def test_without_a_plan_nobody_is_told_where_to_go(app, azure):
    image = azure.seed_image("refused")
    azure.update_image(image, {TAG: "default", f"{TAG}-options": "regions=atlantis"})
    refused = app.ended(app.started(image)["id"])
    answer = app.call("GET", refused["links"]["users"])
    assert (answer.status_code, answer.json()["code"]) == (409, "NoPlan")
