"""The account: who may ask, what goes wrong on request, races, and what the control plane shows of it."""

import asyncio
import json
from collections import Counter
from typing import Any

import pytest
import requests
from azure.core import MatchConditions
from azure.core.credentials import AzureNamedKeyCredential, AzureSasCredential
from azure.core.exceptions import HttpResponseError, ServiceRequestError, ServiceResponseError
from azure.data.tables import TableTransactionError, UpdateMode
from azure.data.tables.aio import TableServiceClient
from azure.identity.aio import ManagedIdentityCredential

from dev.core_tools.azurite import ACCOUNT, KEY
from dev.emulator import ControlRefusedError
from dev.emulator.vocabulary.tokens import unsigned_token
from tests.emulator.storage.entities import KEY as QUESTION_KEY
from tests.emulator.storage.entities import QUESTION, refused

IF_SAME = MatchConditions.IfNotModified
BUSY = {"status": 503, "code": "ServerBusy", "message": "The server is busy.", "headers": {"Retry-After": "1"}}
STORAGE_TOKEN = f"Bearer {unsigned_token({'aud': 'https://storage.azure.com'})}"
LOST = (ServiceRequestError, ServiceResponseError)


@pytest.fixture
def by_hand(emulator):
    """One request without the SDK, with these headers."""

    def ask(method="GET", path="/Tables", content=None, **headers):
        url = emulator.environment["MIGRATION_RECORDS"] + path
        with requests.Session() as session:
            session.trust_env = False
            trust = emulator.environment["SSL_CERT_FILE"]
            return session.request(method, url, data=content, headers=headers, verify=trust, timeout=30)

    return ask


@pytest.mark.parametrize("credential", [AzureNamedKeyCredential(ACCOUNT, KEY), AzureSasCredential("sv=2020&sig=abc")])
async def test_keys_and_signatures_are_not_permitted(emulator, credential):
    trust = {"connection_verify": emulator.environment["SSL_CERT_FILE"], "retry_total": 0}
    url = emulator.environment["MIGRATION_RECORDS"]
    async with (
        TableServiceClient(url, credential=credential, **trust) as account,
        refused(403, "KeyBasedAuthenticationNotPermitted"),
    ):
        await account.create_table("questions")


def test_whoever_shows_no_token_is_told_which_one_is_needed(by_hand):
    answer = by_hand()
    assert (answer.status_code, answer.json()["odata.error"]["code"]) == (401, "NoAuthenticationInformation")
    assert "resource_id=https://storage.azure.com" in answer.headers["WWW-Authenticate"]


def test_a_token_for_something_else_is_refused(by_hand, arm):
    answer = by_hand(Authorization=arm.session.headers["Authorization"])
    assert (answer.status_code, answer.json()["odata.error"]["code"]) == (401, "InvalidAuthenticationInfo")


async def test_a_client_that_takes_localhost_for_cosmos_db_works_too(in_environment):
    """The SDK then asks for another token first, and sends a merge as a POST."""
    trust = {"connection_verify": in_environment.environment["SSL_CERT_FILE"]}
    async with (
        ManagedIdentityCredential(**trust) as credential,
        TableServiceClient(f"{in_environment.url}/records", credential=credential, **trust) as account,
    ):
        table = await account.create_table("questions")
        await table.upsert_entity(QUESTION)
        await table.upsert_entity({**QUESTION, "Count": 4}, mode=UpdateMode.MERGE)
        assert (await table.get_entity(*QUESTION_KEY))["Count"] == 4


@pytest.mark.parametrize(
    ("method", "headers", "code"),
    [
        ("DELETE", {}, "MissingRequiredHeader"),
        ("DELETE", {"If-Match": "an etag"}, "InvalidInput"),
        ("PUT", {"If-Match": "an etag"}, "InvalidInput"),
    ],
)
async def test_only_an_etag_is_taken_for_one(our_table, by_hand, method, headers, code):
    await our_table.create_entity(QUESTION)
    path = "/questions(PartitionKey='images',RowKey='web')"
    answer = by_hand(method, path, "{}", Authorization=STORAGE_TOKEN, **headers)
    assert (answer.status_code, answer.json()["odata.error"]["code"]) == (400, code)
    assert await our_table.get_entity(*QUESTION_KEY) == QUESTION


@pytest.mark.parametrize("content", ["", "[]", "{", '{"PartitionKey": 1, "RowKey": "web"}'])
async def test_a_body_that_is_no_entity_is_refused(our_table, by_hand, content):
    answer = by_hand("POST", "/questions", content, Authorization=STORAGE_TOKEN)
    assert (answer.status_code, answer.json()["odata.error"]["code"]) == (400, "InvalidInput")


async def test_a_body_larger_than_four_mib_is_refused(our_table, by_hand):
    answer = by_hand("POST", "/questions", b"x" * (4 * 1024**2 + 1), Authorization=STORAGE_TOKEN)
    assert (answer.status_code, answer.json()["odata.error"]["code"]) == (413, "RequestBodyTooLarge")


async def test_of_many_who_know_the_same_etag_one_succeeds(table):
    etag = (await table.create_entity(QUESTION))["etag"]

    async def decide(number):
        try:
            await table.update_entity({**QUESTION, "Count": number}, etag=etag, match_condition=IF_SAME)
        except HttpResponseError as refusal:
            return refusal.status_code
        return number

    outcomes = await asyncio.gather(*(decide(number) for number in range(20)))
    (winner,) = [outcome for outcome in outcomes if outcome != 412]
    assert (await table.get_entity(*QUESTION_KEY))["Count"] == winner


async def test_of_many_who_insert_the_same_entity_one_succeeds(table):
    async def insert(number):
        try:
            await table.create_entity({**QUESTION, "Count": number})
        except HttpResponseError as refusal:
            return refusal.status_code
        return "mine"

    assert Counter(await asyncio.gather(*(insert(number) for number in range(20)))) == {"mine": 1, 409: 19}


async def test_everybody_who_reads_and_tries_again_counts_up_once(table):
    await table.create_entity({**QUESTION, "Count": 0})

    async def count_up():
        while True:
            known = await table.get_entity(*QUESTION_KEY)
            known["Count"] += 1
            try:
                await table.update_entity(known, mode=UpdateMode.REPLACE, match_condition=IF_SAME)
            except HttpResponseError:
                continue
            return

    await asyncio.gather(*(count_up() for _ in range(8)))
    assert (await table.get_entity(*QUESTION_KEY))["Count"] == 8


async def test_the_next_calls_are_refused_and_change_nothing(our_table, control):
    await our_table.create_entity(QUESTION)
    control.add_fault(service="storage", method="PATCH", path="/questions", times=2, error=BUSY)
    for _ in range(2):
        async with refused(503, "ServerBusy"):
            await our_table.update_entity({**QUESTION, "Count": 4})
    assert (await our_table.get_entity(*QUESTION_KEY))["Count"] == 3
    await our_table.update_entity({**QUESTION, "Count": 4})
    assert (await our_table.get_entity(*QUESTION_KEY))["Count"] == 4


@pytest.mark.parametrize(("when", "count"), [("before", 3), ("after", 4)])
async def test_the_answer_is_lost_before_or_after_the_effect(our_table, control, when, count):
    await our_table.create_entity(QUESTION)
    control.add_fault(service="storage", method="PATCH", drop=when)
    with pytest.raises(LOST):
        await our_table.update_entity({**QUESTION, "Count": 4}, mode=UpdateMode.MERGE)
    assert (await our_table.get_entity(*QUESTION_KEY))["Count"] == count


async def test_a_replacement_whose_answer_is_lost_meets_its_own_effect(our_table, control):
    """The HTTP library sends a lost PUT again by itself, and only then it is too late for the etag."""
    etag = (await our_table.create_entity(QUESTION))["etag"]
    control.add_fault(service="storage", method="PUT", drop="after")
    async with refused(412, "UpdateConditionNotSatisfied"):
        await our_table.update_entity(
            {**QUESTION, "Count": 4}, mode=UpdateMode.REPLACE, etag=etag, match_condition=IF_SAME
        )
    assert (await our_table.get_entity(*QUESTION_KEY))["Count"] == 4


async def test_an_answer_may_come_later_than_the_client_waits(our_table, control):
    await our_table.create_entity(QUESTION)
    control.add_fault(service="storage", method="GET", delaySeconds=5)
    with pytest.raises((*LOST, TimeoutError)):
        await our_table.get_entity(*QUESTION_KEY, read_timeout=0.2)


async def test_faults_of_one_service_leave_the_other_alone(our_table, control, arm):
    control.add_fault(times=None, error=BUSY)
    await our_table.create_entity(QUESTION)
    control.remove_faults()
    control.add_fault(service="storage", times=None, error=BUSY)
    assert arm("GET", "/subscriptions").status_code == 200
    with pytest.raises(ControlRefusedError, match="Resource Manager"):
        control.add_fault(service="storage", throttle="compute")


async def test_calls_on_storage_are_listed_apart_from_those_on_resource_manager(our_table, control):
    await our_table.upsert_entity(QUESTION)
    async with refused(409, "EntityAlreadyExists"):
        await our_table.create_entity(QUESTION)
    assert (control.calls(), control.state()["calls"], control.state()["writes"]) == ([], 0, 0)
    path = "/records/questions(PartitionKey='images',RowKey='web')"
    assert [(call["method"], call["path"], call["status"]) for call in control.storage_calls()] == [
        ("POST", "/records/Tables", 201),
        ("PATCH", path, 204),
        ("POST", "/records/questions", 409),
    ]


async def test_a_reset_leaves_no_table(our_account, our_table, control):
    control.reset()
    assert [item async for item in our_account.list_tables()] == []
    assert [call["method"] for call in control.storage_calls()] == ["GET"]


async def test_pages_may_be_made_small_for_the_test_of_a_client(our_table, control):
    control.settings(entityPageSize=2)
    for number in range(5):
        await our_table.create_entity({"PartitionKey": "images", "RowKey": str(number)})
    pages = [[entity async for entity in page] async for page in our_table.list_entities().by_page()]
    assert [len(page) for page in pages] == [2, 2, 1]


async def test_transactions_are_not_emulated_and_say_so(our_table):
    with pytest.raises(HttpResponseError) as caught:
        await our_table.submit_transaction([("upsert", QUESTION)])
    assert not isinstance(caught.value, TableTransactionError)
    error: Any = caught.value
    assert (error.status_code, error.error_code) == (501, "NotImplemented")


async def test_what_nobody_emulates_is_named(our_account):
    with pytest.raises(HttpResponseError, match="does not answer GET") as caught:
        await our_account.get_service_properties()
    assert caught.value.status_code == 501


def test_the_body_of_a_refusal_has_the_services_shape(by_hand):
    error = json.loads(by_hand().text)["odata.error"]
    assert error["message"]["lang"] == "en-US"
    assert "\nRequestId:" in error["message"]["value"]
