"""Event filters: every operator as Azure documents it, and events that a subscription did not ask for.

Each filter that passes or fails an event here is also one of the SDK's.
"""

from typing import get_args

import pytest
from azure.mgmt.eventgrid.models import AdvancedFilter as DescribedFilter
from azure.mgmt.eventgrid.models import EventDeliverySchema, EventSubscriptionFilter

from dev.emulator import ControlRefusedError
from dev.emulator.events.filters import AdvancedFilter, EventFilter
from dev.emulator.events.subscriptions import SchemaName
from tests.emulator.event_receiver import as_told, running_receiver, tag
from tests.emulator.sdk.mistakes import mistakes_sent
from tests.support.documents import Arm, seed_image

IMAGE = "/subscriptions/1/resourceGroups/Images/providers/Microsoft.Compute/images/web"
EVENT = {
    "subject": IMAGE,
    "eventType": "Microsoft.Resources.ResourceWriteSuccess",
    "data": {"operationName": "Microsoft.Compute/images/write", "claims": {"appid": "An-App"}, "count": 3},
}
SUBSCRIBER = "an-app-that-subscribes"


def passes(**wanted):
    assert mistakes_sent(EventSubscriptionFilter, wanted) == []
    return EventFilter.model_validate(wanted).passes(EVENT)


def passes_one(operator, key, *values):
    return passes(advancedFilters=[{"operatorType": operator, "key": key, "values": list(values)}])


@pytest.mark.parametrize(
    ("operator", "hit", "miss"),
    [
        ("StringIn", "MICROSOFT.compute/images/write", "Microsoft.Compute/images"),
        ("StringContains", "compute/IMAGES", "disks"),
        ("StringBeginsWith", "MICROSOFT.", "Compute"),
        ("StringEndsWith", "/WRITE", "/writ"),
    ],
)
def test_values_are_alternatives_in_any_case_and_a_negation_is_the_opposite(operator, hit, miss):
    key, negation = "data.operationName", operator.replace("String", "StringNot")
    assert (passes_one(operator, key, hit), passes_one(negation, key, hit)) == (True, False)
    assert (passes_one(operator, key, miss), passes_one(negation, key, miss)) == (False, True)
    assert (passes_one(operator, key, miss, hit), passes_one(negation, key, miss, hit)) == (True, False)


def test_every_operator_of_the_sdk_for_text_is_there_and_each_schema_is_one_of_its():
    described = {name for name in DescribedFilter._subtype_map["operator_type"] if name.startswith("String")}
    assert set(get_args(AdvancedFilter.model_fields["operator_type"].annotation)) == described
    assert set(get_args(SchemaName)) <= {schema.value for schema in EventDeliverySchema}


@pytest.mark.parametrize("key", ["data.claims.upn", "data.nothing.at.all", "data.operationName.deeper", "data.count"])
@pytest.mark.parametrize("operator", ["StringIn", "StringContains", "StringBeginsWith", "StringEndsWith"])
def test_a_key_that_an_event_does_not_have_as_text_passes_the_negations_alone(operator, key):
    assert not passes_one(operator, key, "")
    assert passes_one(operator.replace("String", "StringNot"), key, "")


def test_keys_name_attributes_and_by_dots_fields_of_the_data():
    assert passes_one("StringIn", "data.claims.appid", "an-app")
    assert passes_one("StringContains", "Subject", "/images/")
    assert passes_one("StringEndsWith", "eventType", "Success")


def test_several_filters_must_all_pass():
    write = {"operatorType": "StringIn", "key": "data.operationName", "values": ["Microsoft.Compute/images/write"]}
    own = {"operatorType": "StringNotIn", "key": "data.claims.appid", "values": ["an-app"]}
    assert passes(advancedFilters=[write])
    assert not passes(advancedFilters=[write, own])


def test_event_types_are_those_included_or_else_all():
    assert passes()
    assert passes(includedEventTypes=["Microsoft.Resources.ResourceWriteSuccess"])
    assert not passes(includedEventTypes=["Microsoft.Resources.ResourceDeleteSuccess"])


def test_the_subject_begins_and_ends_as_asked_in_any_case_unless_case_counts():
    wanted = {"subjectBeginsWith": "/SUBSCRIPTIONS/1/", "subjectEndsWith": "/images/WEB"}
    assert passes(**wanted)
    assert not passes(**wanted, isSubjectCaseSensitive=True)
    assert passes(subjectEndsWith="/images/web", isSubjectCaseSensitive=True)
    assert not passes(subjectBeginsWith="/subscriptions/2/")


@pytest.mark.parametrize(
    "wanted",
    [
        {"advancedFilters": [{"operatorType": "NumberIn", "key": "data.count", "values": [3]}]},
        {"advancedFilters": [{"operatorType": "StringIn", "key": "subject", "values": []}]},
        {"advancedFilters": [{"operatorType": "StringIn", "key": "subject", "values": ["a"] * 26}]},
        {"advancedFilters": [{"operatorType": "StringIn", "key": "subject", "values": ["a" * 513]}]},
        {"subjectStartsWith": "/subscriptions"},
    ],
)
def test_a_filter_that_azure_would_refuse_or_nobody_emulates_is_refused(control, receiver, wanted):
    with pytest.raises(ControlRefusedError) as refused:
        control.subscribe(receiver.url, wanted=wanted)
    assert refused.value.status == 400
    assert receiver.handshakes == []


def test_whoever_subscribes_is_told_of_the_writes_of_others_alone(emulator, image, receiver):
    own_writes_left_out = {
        "advancedFilters": [{"operatorType": "StringNotIn", "key": "data.claims.appid", "values": [SUBSCRIBER]}]
    }
    made = emulator.control.subscribe(receiver.url, wanted=own_writes_left_out)
    own, other = Arm(emulator, appid=SUBSCRIBER.upper()), Arm(emulator)
    tag(own, image, a="1")
    tag(other, image, a="2")
    [received] = receiver.wait_for(1)
    mine, others = emulator.control.events()
    assert received.body[0]["id"] == others["event"]["id"]
    assert (mine["recipients"], mine["deliveries"], others["recipients"]) == ([], [], [made["name"]])
    assert made["filter"] == own_writes_left_out
    for caller in (own, other):
        caller.session.close()


def test_an_event_that_is_sent_again_still_goes_only_to_those_who_want_it(emulator, arm, image, receiver):
    with running_receiver() as everything:
        emulator.control.subscribe(
            receiver.url, "CloudEventSchemaV1_0", {"subjectBeginsWith": arm.subscription.upper()}
        )
        emulator.control.subscribe(everything.url, wanted={"subjectBeginsWith": image})
        tag(arm, image, a="1")
        tag(arm, seed_image(emulator, "another"), a="1")
        first, _ = emulator.control.events()
        emulator.control.redeliver(first["event"]["id"])
        assert len(receiver.wait_for(3)) == 3
        assert {received.body[0]["subject"] for received in everything.wait_for(2)} == {as_told(image)}
