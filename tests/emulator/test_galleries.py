"""Galleries and image definitions: defaults, names, and what never changes."""

from uuid import UUID

import pytest

from tests.emulator.refusals import refused
from tests.support.documents import DEFINITION_ID, GALLERY_ID, definition_body, image_id, version_body

NEW = "2026-03-03"
SIBLING = f"{GALLERY_ID}/images/sibling"

TRUSTED = {"name": "SecurityType", "value": "TrustedLaunchSupported"}


def put_without_generation(arm, api, **properties):
    body = definition_body(**properties)
    del body["properties"]["hyperVGeneration"]
    return arm("PUT", DEFINITION_ID, body, api=api).json()["properties"]


def test_a_definition_is_gen1_by_default_before_2025(arm):
    shown = put_without_generation(arm, "2024-03-03")
    assert (shown["hyperVGeneration"], shown["architecture"], shown.get("features")) == ("V1", "x64", None)


def test_a_definition_is_gen2_with_trusted_launch_by_default_since_2025(arm):
    shown = put_without_generation(arm, NEW)
    assert shown["hyperVGeneration"] == "V2"
    assert shown["features"] == [{"name": "SecurityType", "value": "TrustedLaunchSupported"}]


def test_a_stated_generation_and_security_type_stand(arm):
    assert "features" not in arm("PUT", DEFINITION_ID, definition_body(), api=NEW).json()["properties"]
    standard = [{"name": "SecurityType", "value": "Standard"}]
    identifier = {"publisher": "contoso", "offer": "ubuntu", "sku": "sibling"}
    body = definition_body(hyperVGeneration="V2", features=standard, identifier=identifier)
    assert arm("PUT", SIBLING, body, api=NEW).json()["properties"]["features"] == standard


def features(**of):
    return [{"name": name, "value": value} for name, value in of.items()]


@pytest.mark.parametrize(
    ("generation", "sent", "status"),
    [
        ("V2", features(SecurityType="TrustedLaunchSupported", DiskControllerTypes="SCSI, NVMe"), 201),
        ("V1", features(IsAcceleratedNetworkSupported="True", IsHibernateSupported="True"), 201),
        ("V1", features(DiskControllerTypes="SCSI"), 201),
        ("V1", features(DiskControllerTypes="NVMe"), 400),
        ("V1", features(SecurityType="TrustedLaunchSupported"), 400),
        ("V1", features(SecurityType="ConfidentialVMSupported"), 400),
    ],
)
def test_a_generation_takes_the_features_that_it_knows(arm, generation, sent, status):
    answer = arm("PUT", DEFINITION_ID, definition_body(hyperVGeneration=generation, features=sent), api=NEW)
    assert answer.status_code == status


def test_unverified_that_generation_1_takes_the_security_type_standard(arm):
    body = definition_body(features=features(SecurityType="Standard"))
    assert arm("PUT", DEFINITION_ID, body, api=NEW).status_code == 201


@pytest.mark.parametrize("api", ["2024-03-03", NEW])
def test_unverified_that_generation_1_without_features_stays_without(arm, api):
    assert "features" not in arm("PUT", DEFINITION_ID, definition_body(), api=api).json()["properties"]


@pytest.mark.parametrize(("api", "status"), [("2019-12-01", 400), ("2020-09-30", 201)])
def test_unverified_that_features_are_refused_where_the_api_version_has_none(arm, api, status):
    body = definition_body(hyperVGeneration="V2", features=features(SecurityType="Standard"))
    assert arm("PUT", DEFINITION_ID, body, api=api).status_code == status
    assert arm("PUT", SIBLING, definition_body(features=[]), api=api).status_code in {201, 409}


def test_features_that_a_generation_does_not_know_come_by_no_update(arm, definition):
    nvme = features(DiskControllerTypes="SCSI, NVMe")
    assert arm("PATCH", definition, {"properties": {"features": nvme}}).status_code == 400
    assert arm("PUT", definition, definition_body(features=nvme)).status_code == 400
    assert "features" not in arm("GET", definition).json()["properties"]


@pytest.mark.parametrize(
    ("change", "target"),
    [
        ({"osType": "Windows"}, "osType"),
        ({"osState": "Specialized"}, "osState"),
        ({"hyperVGeneration": "V2"}, "hyperVGeneration"),
        ({"eula": "new"}, "eula"),
        ({"identifier": {"publisher": "contoso", "offer": "ubuntu", "sku": "x"}}, "identifier.sku"),
        ({"purchasePlan": {"name": "n", "publisher": "p", "product": "o"}}, "purchasePlan.name"),
    ],
)
def test_what_makes_a_definition_never_changes(arm, definition, change, target):
    error = refused(arm("PUT", definition, definition_body(**change)), 409, "PropertyChangeNotAllowed")
    assert error["target"] == f"galleryImage.properties.{target}"
    assert error["message"] == f"Changing property '{error['target']}' is not allowed."


def test_descriptions_and_tags_do_change(arm, definition):
    shown = arm("PATCH", definition, {"tags": {"a": "b"}, "properties": {"description": "new"}})
    assert (shown.status_code, shown.json()["properties"]["description"]) == (200, "new")
    assert shown.json()["properties"]["osType"] == "Linux"
    assert arm("GET", definition).json()["tags"] == {"a": "b"}


def test_an_identity_is_taken_once_per_gallery(arm, definition):
    error = refused(arm("PUT", SIBLING, definition_body()), 409, "Conflict")
    assert "identified by (publisher:contoso, offer:ubuntu, sku:web) already exists" in error["message"]


@pytest.mark.parametrize("missing", ["osType", "osState", "identifier"])
def test_a_definition_states_its_platform_and_identity(arm, missing):
    body = definition_body()
    del body["properties"][missing]
    error = refused(arm("PUT", DEFINITION_ID, body), 400, "InvalidParameter")
    assert error["target"] == f"galleryImage.properties.{missing}"


def test_a_definition_needs_its_gallery(arm):
    path = DEFINITION_ID.replace("contoso_gallery", "nowhere")
    assert "'nowhere'" in refused(arm("PUT", path, definition_body()), 404, "ParentResourceNotFound")["message"]


def test_a_gallery_has_a_unique_name_and_allows_no_dashes(arm):
    shown = arm("PUT", f"{GALLERY_ID}.v2", {"location": "eastus2"}).json()["properties"]
    assert shown["identifier"]["uniqueName"] == "c0ffee00-0000-4000-8000-000000000001-CONTOSO_GALLERY.V2"
    error = refused(arm("PUT", f"{GALLERY_ID}-v2", {"location": "eastus2"}), 400, "InvalidParameter")
    assert error["target"] == "galleryName"


def test_a_gallery_stays_where_it_is(arm):
    error = refused(arm("PUT", GALLERY_ID, {"location": "westus"}), 409, "InvalidResourceLocation")
    assert "already exists in location 'eastus2'" in error["message"]


def test_locations_must_be_known(arm):
    new = f"{GALLERY_ID}_2"
    refused(arm("PUT", new, {"location": "atlantis"}), 400, "LocationNotAvailableForResourceType")
    refused(arm("PUT", new, {"tags": {}}), 400, "LocationRequired")


def test_deleting_what_is_gone_answers_204(arm):
    assert arm("DELETE", f"{GALLERY_ID}_none").status_code == 204
    assert arm("DELETE", DEFINITION_ID).status_code == 204


def test_other_top_level_fields_stay_but_ids_are_the_services(arm, control):
    path = f"{GALLERY_ID}_2"
    body = {"location": "eastus2", "identity": {"type": "SystemAssigned"}, "id": "/forged", "hidden": 5}
    identity = arm("PUT", path, body).json()["identity"]
    assert (identity["type"], identity["principalId"]) == ("SystemAssigned", str(UUID(identity["principalId"])))
    control.advance(1)
    shown = arm("GET", path).json()
    assert (shown["id"], "hidden" in shown) == (path, False)


def test_a_soft_delete_policy_that_is_no_object_is_refused_and_breaks_nothing_later(arm):
    body = {"location": "eastus2", "properties": {"softDeletePolicy": "on"}}
    answer = arm("PUT", GALLERY_ID, body)
    assert (answer.status_code, answer.json()["error"]["target"]) == (400, "gallery.properties.softDeletePolicy")


def test_a_definition_may_have_half_a_purchase_plan(arm):
    answer = arm("PUT", DEFINITION_ID, definition_body(purchasePlan={"name": "l1"}))
    assert (answer.status_code, answer.json()["properties"]["purchasePlan"]) == (201, {"name": "l1"})


def test_a_managed_image_goes_into_a_definition_that_supports_trusted_launch(arm, control):
    image = control.resource(image_id("ubuntu-web"))
    image["properties"]["hyperVGeneration"] = "V2"
    control.put_resource(image)
    arm("PUT", DEFINITION_ID, definition_body(hyperVGeneration="V2", features=[TRUSTED]))
    control.advance(1)
    assert arm("PUT", f"{DEFINITION_ID}/versions/1.0.0", version_body()).status_code == 201


def test_a_managed_image_has_no_guest_state_for_a_confidential_machine(arm, control):
    confidential = {"name": "SecurityType", "value": "ConfidentialVM"}
    arm("PUT", DEFINITION_ID, definition_body(hyperVGeneration="V2", features=[confidential]))
    control.advance(1)
    answer = arm("PUT", f"{DEFINITION_ID}/versions/1.0.0", version_body())
    assert (answer.status_code, "ConfidentialVM" in answer.json()["error"]["message"]) == (400, True)
