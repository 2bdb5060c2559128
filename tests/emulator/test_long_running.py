"""Status codes, headers and poll bodies of long-running operations, as recorded from the real service."""

from urllib.parse import parse_qs, urlsplit

from tests.support.documents import (
    COMPUTE,
    DEFINITION_ID,
    GALLERY_ID,
    definition_body,
    image_id,
    version_body,
)

TAGS = {"tags": {"a": "b"}}


def at_real_speed(control):
    control.set_speed(1)


def test_a_new_version_answers_201_with_caps_operation_and_retry_after_60(arm, definition, control):
    at_real_speed(control)
    response = arm("PUT", f"{definition}/versions/1.0.0", version_body())
    assert response.status_code == 201
    assert response.headers["Retry-After"] == "60"
    assert "Location" not in response.headers
    assert "Azure-AsyncNotification" not in response.headers
    assert "/providers/Microsoft.Compute/locations/eastus2/capsOperations/" in response.headers["Azure-AsyncOperation"]
    properties = response.json()["properties"]
    assert properties["provisioningState"] == "Creating"
    assert properties["storageProfile"].keys() == {"source"}
    assert properties["publishingProfile"]["publishedDate"]


def test_a_new_definition_answers_201_without_location_or_retry_after(arm, control):
    at_real_speed(control)
    response = arm("PUT", DEFINITION_ID, definition_body())
    assert (response.status_code, response.json()["properties"]["provisioningState"]) == (201, "Creating")
    assert "capsOperations" in response.headers["Azure-AsyncOperation"]
    assert not response.headers.keys() & {"Location", "Retry-After"}


def test_existing_things_answer_200_updating(arm, version, control):
    for path, body in (
        (version, version_body(source=None)),
        (DEFINITION_ID, definition_body()),
        (GALLERY_ID, {"location": "eastus2"}),
    ):
        response = arm("PUT", path, body)
        assert (response.status_code, response.json()["properties"]["provisioningState"]) == (200, "Updating")


def test_images_are_followed_under_operations_and_announce_notifications(arm):
    response = arm("PATCH", image_id("ubuntu-web"), TAGS, api=COMPUTE)
    assert (response.status_code, response.json()["properties"]["provisioningState"]) == (200, "Updating")
    assert response.headers["Azure-AsyncNotification"] == "Enabled"
    assert "/locations/eastus2/operations/" in response.headers["Azure-AsyncOperation"]


def test_deleting_an_image_answers_202_then_204(arm, control):
    response = arm("DELETE", image_id("ubuntu-web"), api=COMPUTE)
    assert (response.status_code, response.content) == (202, b"")
    assert parse_qs(urlsplit(response.headers["Location"]).query)["monitor"] == ["true"]
    assert arm("GET", image_id("ubuntu-web"), api=COMPUTE).json()["properties"]["provisioningState"] == "Deleting"
    assert arm("GET", response.headers["Location"]).status_code == 202
    control.advance(31)
    done = arm("GET", response.headers["Location"])
    assert (done.status_code, done.content) == (200, b"")
    assert arm("DELETE", image_id("ubuntu-web"), api=COMPUTE).status_code == 204


def test_deleting_a_version_gives_both_ways_to_follow_it(arm, version, control):
    at_real_speed(control)
    response = arm("DELETE", version)
    assert response.status_code == 202
    assert response.headers["Retry-After"] == "60"
    assert "capsOperations" in response.headers["Azure-AsyncOperation"]
    assert "monitor=true" in response.headers["Location"]


def test_poll_bodies_have_the_recorded_shape(arm, definition, control):
    response = arm("PUT", f"{definition}/versions/1.0.0", version_body())
    running = arm.poll(response)
    assert set(running) == {"startTime", "status", "name"}
    assert running["status"] == "InProgress"
    assert urlsplit(response.headers["Azure-AsyncOperation"]).path.endswith(running["name"])
    control.advance(446)
    done = arm.poll(response)
    assert set(done) == {"startTime", "endTime", "status", "name"}
    assert done["status"] == "Succeeded"


def test_a_failed_operation_is_polled_with_200_and_an_error(arm, definition):
    response = arm("PUT", f"{definition}/versions/1.0.0", version_body(source="windows-build"))
    assert response.status_code == 201
    poll = arm("GET", response.headers["Azure-AsyncOperation"])
    assert poll.status_code == 200
    assert poll.json()["status"] == "Failed"
    assert poll.json()["error"]["code"] == "Conflict"
    assert "properties" not in poll.json()


def test_retry_after_is_on_running_polls_of_versions_only(arm, definition, control):
    response = arm("PUT", f"{definition}/versions/1.0.0", version_body())
    at_real_speed(control)
    assert arm("GET", response.headers["Azure-AsyncOperation"]).headers["Retry-After"] == "60"
    control.advance(446)
    assert "Retry-After" not in arm("GET", response.headers["Azure-AsyncOperation"]).headers


def test_advice_to_wait_shrinks_as_time_runs_faster_and_is_then_always_given(arm, definition, control):
    control.set_speed(40)
    assert arm("PUT", f"{definition}/versions/1.0.0", version_body()).headers["Retry-After"] == "2"
    assert arm("PUT", GALLERY_ID, {"location": "eastus2"}).headers["Retry-After"] == "1"


def test_operation_urls_are_long_and_opaque(arm):
    response = arm("PUT", GALLERY_ID, {"location": "eastus2"})
    url = response.headers["Azure-AsyncOperation"]
    assert 2000 < len(url) < 4000
    assert {"api-version", "t", "c", "s", "h"} == set(parse_qs(urlsplit(url).query))


def test_a_write_is_overtaken_by_a_delete(arm, definition, control):
    path = f"{definition}/versions/1.0.0"
    creating = arm("PUT", path, version_body())
    arm("DELETE", path)
    control.advance(446)
    assert arm.poll(creating)["error"]["code"] == "OperationPreempted"
    assert arm("GET", path).status_code == 404


def test_deleting_twice_is_one_deletion(arm, control):
    first = arm("DELETE", image_id("ubuntu-web"), api=COMPUTE)
    control.advance(20)
    second = arm("DELETE", image_id("ubuntu-web"), api=COMPUTE)
    assert second.status_code == 202
    control.advance(11)
    assert arm.poll(first)["status"] == arm.poll(second)["status"] == "Succeeded"
    assert control.resource(image_id("ubuntu-web")) is None


def test_what_is_written_again_while_it_is_deleted_stays(arm, control):
    arm("PUT", GALLERY_ID + "_2", {"location": "eastus2"})
    control.advance(1)
    deleting = arm("DELETE", GALLERY_ID + "_2")
    arm("PUT", GALLERY_ID + "_2", {"location": "eastus2"})
    control.advance(1)
    assert arm.poll(deleting)["error"]["code"] == "OperationPreempted"
    assert arm("GET", GALLERY_ID + "_2").json()["properties"]["provisioningState"] == "Succeeded"
