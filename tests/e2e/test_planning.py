"""A plan tells every problem at once, and nothing is written before it is complete: the emulator counts the writes."""

from tests.support.running.azure import TAG, definition_of

THREE_PROBLEMS = {
    "targetRegions": ["atlantis"],
    "endOfLifeDate": "2020-12-31",
    "purchasePlan": {"publisher": "contoso", "product": "web", "name": "standard"},
}
THREE_FIELDS = ["endOfLifeDate", "purchasePlan", "targetRegions"]


def seed_image_with_definition(azure):
    """An image whose definition exists, without a purchase plan."""
    image = azure.seed_image("planned")
    azure.seed_definition(image.rpartition("/")[2], exact=True)
    return image


def writes(azure):
    return azure.control.state()["writes"]


def test_a_plan_with_three_problems_reports_three_and_writes_nothing(fresh):
    image = seed_image_with_definition(fresh.azure)
    answer = fresh.app.plan(image, **THREE_PROBLEMS)
    assert answer.status_code == 422
    assert sorted(problem["field"] for problem in answer.json()["errors"]) == THREE_FIELDS
    assert writes(fresh.azure) == 0


def test_a_start_with_three_problems_is_answered_with_three_and_starts_nothing(fresh):
    """What the sender can mend was told minutes later, as the end of a migration."""
    image = seed_image_with_definition(fresh.azure)
    answer = fresh.app.call("POST", "migrations", {"sourceImageId": image, **THREE_PROBLEMS})
    assert answer.status_code == 422
    assert sorted(problem["field"] for problem in answer.json()["errors"]) == THREE_FIELDS
    assert (fresh.app.find(image), writes(fresh.azure), fresh.azure.tags(image)) == (None, 0, {})


def test_a_refused_tag_is_answered_by_a_status_tag_and_nothing_else(fresh):
    image = seed_image_with_definition(fresh.azure)
    fresh.azure.update_tags(image, {TAG: "default", f"{TAG}-options": "regions=atlantis; eol=2020-12-31; plan=a/b/c"})
    ended = fresh.app.ended(fresh.app.started(image)["id"])
    assert ended["outcome"]["kind"] == "Refused"
    assert fresh.azure.tags(image)[f"{TAG}-status"].startswith("Refused PlanProblems ")
    assert writes(fresh.azure) == 2  # the tag and its answer


def test_a_good_plan_writes_nothing_and_says_where_each_value_came_from(fresh):
    image = fresh.azure.seed_image("planned", generation="V2")
    answer = fresh.app.plan(image, targetRegions=["West US 2=2=premium_lrs"], excludeFromLatest=True)
    assert answer.status_code == 200
    plan = answer.json()
    assert plan["imageVersionId"] == f"{definition_of(image)}/versions/1.0.0"
    assert plan["definition"]["generation"] == "V2"
    assert plan["targetRegions"] == [
        {"name": "eastus2", "replicaCount": 1, "storageAccountType": "Standard_ZRS", "preferred": True},
        {"name": "westus2", "replicaCount": 2, "storageAccountType": "Premium_LRS"},
    ]
    assert plan["origins"]["targetRegions"] == plan["origins"]["excludeFromLatest"] == "request"
    assert plan["origins"]["gallery"] == "setting MIGRATION_GALLERY"
    assert plan["origins"]["deleteSource"] == "default"
    assert any("source region eastus2 was added" in note for note in plan["notes"])
    assert writes(fresh.azure) == 0
    assert fresh.app.find(image) is None
