"""Image versions: what is filled in, how regions replicate on the clock, what an update keeps."""

import pytest

from tests.support.documents import COMPUTE, GALLERY_ID, definition_body, image_id, version_body


def show(arm, path, expand="ReplicationStatus"):
    query = {"$expand": expand} if expand else {}
    return arm("GET", path, **query).json()["properties"]


def regions(arm, path):
    summary = show(arm, path)["replicationStatus"]["summary"]
    return {entry["region"]: (entry["state"], entry["progress"]) for entry in summary}


def test_regions_are_shown_by_display_name_and_summarised_by_short_name(arm, version):
    properties = show(arm, version)
    targets = properties["publishingProfile"]["targetRegions"]
    assert [target["name"] for target in targets] == ["East US 2", "West US 2"]
    assert [entry["region"] for entry in properties["replicationStatus"]["summary"]] == ["eastus2", "westus2"]


def test_replication_status_is_absent_without_expand(arm, version, definition):
    assert "replicationStatus" not in show(arm, version, expand=None)
    listed = arm("GET", f"{definition}/versions").json()["value"]
    assert all("replicationStatus" not in item["properties"] for item in listed)


def test_counts_and_storage_types_are_filled_in_from_the_profile(arm, definition):
    given = {"name": "westus2", "regionalReplicaCount": 3, "storageAccountType": "premium_lrs"}
    body = version_body("eastus2", given, replicaCount=2, storageAccountType="Standard_ZRS")
    profile = arm("PUT", f"{definition}/versions/1.0.0", body).json()["properties"]["publishingProfile"]
    assert profile["targetRegions"] == [
        {"name": "East US 2", "regionalReplicaCount": 2, "storageAccountType": "Standard_ZRS"},
        {"name": "West US 2", "regionalReplicaCount": 3, "storageAccountType": "Premium_LRS"},
    ]


def test_without_targets_a_version_goes_to_its_own_location(arm, definition):
    body = version_body()
    del body["properties"]["publishingProfile"]
    profile = arm("PUT", f"{definition}/versions/1.0.0", body).json()["properties"]["publishingProfile"]
    expected = {"name": "East US 2", "regionalReplicaCount": 1, "storageAccountType": "Standard_LRS"}
    assert profile["targetRegions"] == [expected]
    assert profile["excludeFromLatest"] is False


def test_each_region_progresses_on_the_clock(arm, definition, control):
    control.settings(replicationSeconds={"default": 100, "westus2": 400})
    path = f"{definition}/versions/1.0.0"
    arm("PUT", path, version_body("eastus2", "westus2"))
    control.advance(50)
    assert regions(arm, path) == {"eastus2": ("Replicating", 50), "westus2": ("Replicating", 12)}
    assert show(arm, path)["replicationStatus"]["aggregatedState"] == "InProgress"
    control.advance(50)
    assert regions(arm, path) == {"eastus2": ("Completed", 100), "westus2": ("Replicating", 25)}
    control.advance(300)
    assert show(arm, path)["replicationStatus"]["aggregatedState"] == "Completed"
    assert show(arm, path)["provisioningState"] == "Creating"
    control.advance(46)
    assert show(arm, path)["provisioningState"] == "Succeeded"


def test_details_are_absent_when_there_is_nothing_to_say(arm, version):
    for entry in show(arm, version)["replicationStatus"]["summary"]:
        assert set(entry) == {"region", "state", "progress"}


def test_a_create_is_not_done_before_its_slowest_region(arm, definition, control):
    control.settings(replicationSeconds={"westus2": 3600})
    path = f"{definition}/versions/1.0.0"
    arm("PUT", path, version_body("eastus2", "westus2"))
    control.advance(3599)
    assert show(arm, path)["provisioningState"] == "Creating"
    control.advance(1)
    assert show(arm, path)["provisioningState"] == "Succeeded"


def test_an_update_succeeds_while_an_added_region_still_replicates(arm, version, control):
    control.settings(replicationSeconds={"uksouth": 1022})
    arm("PUT", version, version_body("eastus2", "westus2", "uksouth", source=None))
    control.advance(422)
    assert show(arm, version)["provisioningState"] == "Succeeded"
    assert regions(arm, version)["uksouth"] == ("Replicating", 41)
    assert regions(arm, version)["eastus2"] == ("Completed", 100)


def test_a_failing_region_fails_the_operation_and_says_why(arm, definition, control):
    control.settings(replicationFailures={"westus2": "Failed with internal server error."})
    path = f"{definition}/versions/1.0.0"
    response = arm("PUT", path, version_body("eastus2", "westus2"))
    control.advance(446)
    error = arm.poll(response)["error"]
    assert "{region:westus2, detail:Failed with internal server error.}" in error["message"]
    properties = show(arm, path)
    assert properties["provisioningState"] == "Failed"
    assert properties["replicationStatus"]["aggregatedState"] == "Failed"
    failed = properties["replicationStatus"]["summary"][1]
    assert (failed["state"], failed["details"]) == ("Failed", "Failed with internal server error.")


def test_a_failed_region_recovers_when_the_version_is_put_again(arm, definition, control):
    control.settings(replicationFailures={"westus2": "broken"})
    path = f"{definition}/versions/1.0.0"
    arm("PUT", path, version_body("eastus2", "westus2"))
    control.advance(446)
    control.settings(replicationFailures={})
    assert arm("PUT", path, version_body("eastus2", "westus2")).status_code == 200
    control.advance(422)
    assert show(arm, path)["provisioningState"] == "Succeeded"
    assert set(regions(arm, path).values()) == {("Completed", 100)}


def test_a_stalled_region_never_completes(arm, definition, control):
    control.settings(replicationStalls=["westus2"])
    path = f"{definition}/versions/1.0.0"
    arm("PUT", path, version_body("eastus2", "westus2"))
    control.advance(7 * 24 * 3600)
    assert regions(arm, path) == {"eastus2": ("Completed", 100), "westus2": ("Replicating", 60)}


def test_a_shallow_version_copies_nothing_and_is_complete_at_once(arm, definition):
    path = f"{definition}/versions/1.0.0"
    arm("PUT", path, version_body(replicationMode="Shallow"))
    properties = show(arm, path)
    assert properties["publishingProfile"]["replicationMode"] == "Shallow"
    assert properties["replicationStatus"]["aggregatedState"] == "Completed"


def test_a_version_of_an_image_shows_only_its_source_until_its_disks_are_copied(arm, control):
    definition = windows_definition(arm, control)
    path = f"{definition}/versions/1.0.0"
    arm("PUT", path, version_body(source="windows-build"))
    begun = show(arm, path)["storageProfile"]
    assert begun == {"source": {"id": image_id("windows-build")}}
    control.advance(446)
    done = show(arm, path)["storageProfile"]
    assert done == {
        **begun,
        "osDiskImage": {"sizeInGB": 127, "hostCaching": "ReadWrite", "source": {}},
        "dataDiskImages": [{"lun": 0, "sizeInGB": 256, "hostCaching": "ReadWrite"}],
    }


def windows_definition(arm, control):
    body = definition_body(osType="Windows", hyperVGeneration="V2")
    assert arm("PUT", f"{GALLERY_ID}/images/windows", body).status_code == 201
    control.advance(1)
    return f"{GALLERY_ID}/images/windows"


def test_the_version_outlives_its_source(arm, version, control):
    before = show(arm, version)["storageProfile"]
    arm("DELETE", image_id("ubuntu-web"), api=COMPUTE)
    control.advance(31)
    arm("PUT", version, version_body("eastus2", "westus2", "uksouth", source=None))
    control.advance(422)
    assert show(arm, version)["storageProfile"] == before
    assert show(arm, version)["provisioningState"] == "Succeeded"


def test_a_put_keeps_the_published_date_and_resets_what_it_leaves_out(arm, version, control):
    before = show(arm, version)["publishingProfile"]
    arm("PUT", version, version_body("eastus2", source=None, excludeFromLatest=True))
    control.advance(422)
    flagged = show(arm, version)["publishingProfile"]
    assert (flagged["excludeFromLatest"], flagged["publishedDate"]) == (True, before["publishedDate"])
    arm("PUT", version, version_body("eastus2", source=None))
    assert show(arm, version)["publishingProfile"]["excludeFromLatest"] is False


def test_a_patch_changes_only_what_it_names(arm, version, control):
    before = show(arm, version, expand=None)
    change = {"properties": {"publishingProfile": {"excludeFromLatest": True}}, "tags": {"a": "b"}}
    response = arm("PATCH", version, change)
    assert (response.status_code, response.json()["properties"]["provisioningState"]) == (200, "Updating")
    control.advance(422)
    after = show(arm, version, expand=None)
    assert after["publishingProfile"] == {**before["publishingProfile"], "excludeFromLatest": True}
    assert arm("GET", version).json()["tags"] == {"a": "b"}


def test_the_next_version_may_start_when_the_first_is_done(arm, version, definition):
    assert arm("PUT", f"{definition}/versions/1.0.1", version_body()).status_code == 201


def test_a_seeded_version_counts_as_replicated(arm):
    path = "/subscriptions/c0ffee00-0000-4000-8000-000000000001/resourceGroups/galleries/providers"
    path += "/Microsoft.Compute/galleries/contoso_gallery/images/ubuntu-base/versions/1.0.0"
    assert regions(arm, path) == {"eastus2": ("Completed", 100)}


@pytest.mark.parametrize("expand", ["replicationstatus", "REPLICATIONSTATUS"])
def test_expand_is_read_in_any_case(arm, version, expand):
    assert "replicationStatus" in show(arm, version, expand=expand)


def test_what_was_read_may_be_sent_back_whole(arm, version, control):
    read = arm("GET", version, **{"$expand": "ReplicationStatus"}).json()
    read["properties"]["publishingProfile"]["publishedDate"] = "1999-01-01T00:00:00Z"
    read["tags"] = {"sent": "back"}
    assert arm("PUT", version, read).status_code == 200
    control.advance(422)
    shown = arm("GET", version).json()
    assert shown["tags"] == {"sent": "back"}
    assert not shown["properties"]["publishingProfile"]["publishedDate"].startswith("1999")
    assert "replicationStatus" not in shown["properties"]


def test_expansions_may_be_combined(arm, version):
    assert "replicationStatus" in show(arm, version, expand="ValidationProfile,ReplicationStatus")
