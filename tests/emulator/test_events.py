"""Event Grid: what events say, and how endpoints come to receive them."""

import pytest

from dev.emulator import ControlRefusedError, Emulator
from tests.emulator.event_receiver import TAGS, Receiver, as_told, attempts, record, running_receiver, tag
from tests.support.documents import SOME_OBJECT_ID, Arm, seed_image

OBJECT_ID = "http://schemas.microsoft.com/identity/claims/objectidentifier"
DATA_KEYS = {
    "authorization",
    "claims",
    "correlationId",
    "resourceProvider",
    "resourceUri",
    "operationName",
    "status",
    "subscriptionId",
    "tenantId",
}


def test_tags_written_at_the_scope_raise_one_tags_event_about_the_resource_itself(
    emulator: Emulator, arm: Arm, image: str, receiver: Receiver
):
    emulator.control.subscribe(receiver.url)
    tag(arm, image, a="1")
    [received] = receiver.wait_for(1)
    [event] = received.body
    assert event.keys() == {
        "subject",
        "eventType",
        "eventTime",
        "id",
        "data",
        "dataVersion",
        "metadataVersion",
        "topic",
    }
    assert event["subject"] == as_told(image) != image
    assert event["eventType"] == "Microsoft.Resources.ResourceWriteSuccess"
    assert event["topic"] == arm.subscription
    assert (event["dataVersion"], event["metadataVersion"]) == ("2", "1")
    data = event["data"]
    assert data.keys() == DATA_KEYS | {"httpRequest"}
    assert data["operationName"] == data["authorization"]["action"] == "Microsoft.Resources/tags/write"
    assert data["resourceUri"] == data["authorization"]["scope"] == as_told(image)
    assert data["resourceProvider"] == "Microsoft.Resources"
    assert (data["status"], data["subscriptionId"]) == ("Succeeded", emulator.subscription_id)
    assert received.headers["aeg-event-type"] == "Notification"
    assert received.headers["content-type"].startswith("application/json")


def test_an_image_patched_raises_an_images_event_when_its_operation_has_ended(
    emulator: Emulator, arm: Arm, image: str, receiver: Receiver
):
    emulator.control.subscribe(receiver.url)
    arm("PATCH", image, {"tags": {"a": "1"}})
    assert emulator.control.events() == []
    emulator.control.advance(60)
    [received] = receiver.wait_for(1)
    [event] = received.body
    assert event["subject"] == as_told(image)
    assert event["data"]["operationName"] == "Microsoft.Compute/images/write"
    assert event["data"]["resourceProvider"] == "Microsoft.Compute"
    assert event["data"]["httpRequest"]["method"] == "PATCH"


def test_an_image_deleted_raises_a_delete_event(emulator: Emulator, arm: Arm, image: str, receiver: Receiver):
    emulator.control.subscribe(receiver.url)
    arm("DELETE", image)
    emulator.control.advance(600)
    [received] = receiver.wait_for(1)
    [event] = received.body
    assert event["eventType"] == "Microsoft.Resources.ResourceDeleteSuccess"
    assert event["data"]["operationName"] == "Microsoft.Compute/images/delete"
    assert event["subject"] == image


def test_the_event_names_the_caller_by_the_tokens_claims(emulator: Emulator, image: str):
    tag(Arm(emulator, oid=SOME_OBJECT_ID, upn="ada@contoso.com", tid="my-tenant"), image, a="1")
    data = record(emulator)["event"]["data"]
    assert data["claims"][OBJECT_ID] == SOME_OBJECT_ID
    assert data["claims"]["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"] == "ada@contoso.com"
    assert data["authorization"]["evidence"]["principalId"] == SOME_OBJECT_ID.replace("-", "")
    assert data["authorization"]["evidence"]["principalType"] == "User"
    assert data["tenantId"] == "my-tenant"


def test_a_long_operation_ends_in_the_name_of_who_started_it(emulator: Emulator, arm: Arm, image: str):
    Arm(emulator, oid="the-starter")("DELETE", image)
    emulator.control.advance(600)
    tag(arm, arm.subscription, a="1")
    claims = {entry["event"]["subject"]: entry["event"]["data"]["claims"] for entry in emulator.control.events()}
    assert claims[image][OBJECT_ID] == "the-starter"


def test_a_new_resource_is_told_without_the_request_and_an_update_with_it(emulator: Emulator, arm: Arm):
    group = arm.new_group("told")
    arm("PUT", group, {"location": "westus2"})
    created, updated = (entry["event"]["data"] for entry in emulator.control.events())
    assert "httpRequest" not in created
    assert updated["httpRequest"]["method"] == "PUT"
    assert group in updated["httpRequest"]["url"]


def test_a_deleted_group_tells_of_everything_inside(emulator: Emulator, arm: Arm):
    group = arm.new_group("doomed")
    image = seed_image(emulator, group="doomed")
    arm("DELETE", group)
    emulator.control.advance(600)
    _, *deletions = [entry["event"] for entry in emulator.control.events()]
    assert [(event["subject"], event["data"]["operationName"]) for event in deletions] == [
        (image, "Microsoft.Compute/images/delete"),
        (group, "Microsoft.Resources/subscriptions/resourceGroups/delete"),
    ]
    assert {event["data"]["claims"][OBJECT_ID] for event in deletions} == {SOME_OBJECT_ID}


def test_reads_and_refused_writes_raise_nothing(emulator: Emulator, arm: Arm, image: str):
    arm("GET", image)
    arm("PATCH", image + TAGS, {"operation": "Append", "properties": {"tags": {}}})
    arm("DELETE", image + "-missing")
    emulator.control.advance(600)
    assert emulator.control.events() == []


def test_cloud_events_are_delivered_one_by_one(emulator: Emulator, arm: Arm, image: str, receiver: Receiver):
    emulator.control.subscribe(receiver.url, "CloudEventSchemaV1_0")
    tag(arm, image, a="1")
    [received] = receiver.wait_for(1)
    event = received.body
    assert event.keys() == {"source", "subject", "type", "time", "id", "data", "specversion"}
    assert (event["specversion"], event["source"], event["subject"]) == ("1.0", arm.subscription, as_told(image))
    assert event["type"] == "Microsoft.Resources.ResourceWriteSuccess"
    assert event["data"].keys() == DATA_KEYS | {"httpRequest"}
    assert received.headers["content-type"].startswith("application/cloudevents+json")


def test_the_handshake_sends_a_code_and_wants_it_back(emulator: Emulator, receiver: Receiver):
    made = emulator.control.subscribe(receiver.url)
    [handshake] = receiver.handshakes
    [event] = handshake.body
    assert event["eventType"] == "Microsoft.EventGrid.SubscriptionValidationEvent"
    assert handshake.headers["aeg-event-type"] == "SubscriptionValidation"
    assert (made["endpoint"], made["schema"]) == (receiver.url, "EventGridSchema")


def test_keys_in_the_endpoints_query_arrive_exactly_as_given(
    emulator: Emulator, arm: Arm, image: str, receiver: Receiver
):
    query = "?functionName=image_tagged&code=a%2Fb%2Bc=="
    emulator.control.subscribe(receiver.url + query)
    tag(arm, image, a="1")
    assert [taken.path for taken in (*receiver.handshakes, *receiver.wait_for(1))] == ["/events" + query] * 2


def test_the_handshake_of_cloud_events_asks_for_the_origin(emulator: Emulator, receiver: Receiver):
    receiver.allowed_origin = "*"
    emulator.control.subscribe(receiver.url, "CloudEventSchemaV1_0")
    [handshake] = receiver.handshakes
    assert handshake.method == "OPTIONS"
    assert handshake.headers["webhook-request-origin"] == "eventgrid.azure.net"


@pytest.mark.parametrize(
    ("schema", "behaviour"),
    [
        ("EventGridSchema", {"handshake_status": 404}),
        ("EventGridSchema", {"answer_code": lambda _code: "another"}),
        ("CloudEventSchemaV1_0", {"handshake_status": 405}),
        ("CloudEventSchemaV1_0", {"allowed_origin": None}),
        ("CloudEventSchemaV1_0", {"allowed_origin": "somebody.else"}),
    ],
)
def test_an_endpoint_that_does_not_consent_gets_no_events(
    emulator: Emulator, arm: Arm, image: str, receiver: Receiver, schema: str, behaviour: dict
):
    for name, value in behaviour.items():
        setattr(receiver, name, value)
    with pytest.raises(ControlRefusedError, match="Webhook validation handshake failed") as refusal:
        emulator.control.subscribe(receiver.url, schema)
    assert refusal.value.status == 400
    with running_receiver() as consenting:
        emulator.control.subscribe(consenting.url)
        tag(arm, image, a="1")
        [delivered] = attempts(emulator, 1)
    assert delivered["endpoint"] == consenting.url
    assert receiver.notifications == []


def test_an_endpoint_nobody_listens_at_is_refused(emulator: Emulator):
    with running_receiver() as gone:
        pass
    with pytest.raises(ControlRefusedError, match="Webhook validation handshake failed"):
        emulator.control.subscribe(gone.url)


@pytest.mark.parametrize("wish", [{"endpoint": "not a url"}, {"endpoint": "http://127.0.0.1:1/", "schema": "Custom"}])
def test_a_malformed_event_subscription_is_refused(emulator: Emulator, wish: dict):
    with pytest.raises(ControlRefusedError) as refusal:
        emulator.control.subscribe(**wish)
    assert refusal.value.status == 400
