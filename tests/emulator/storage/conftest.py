"""One set of tests against two accounts: ours, with a managed identity, and Azurite's, with its well-known key."""

import uuid

import pytest
from azure.data.tables.aio import TableServiceClient
from azure.identity.aio import ManagedIdentityCredential

from dev.core_tools.azurite import running_azurite


@pytest.fixture(scope="session")
def azurite():
    """The connection string of its account."""
    with running_azurite() as connection_string:
        yield connection_string


@pytest.fixture
async def our_account(in_environment):
    """As the app reaches it; answers that are refused or lost are not asked for again."""
    url = in_environment.environment["MIGRATION_RECORDS"]
    trust = {
        "connection_verify": in_environment.environment["SSL_CERT_FILE"]
    }  # aiohttp read the variable at its import
    async with (
        ManagedIdentityCredential(**trust) as credential,
        TableServiceClient(url, credential=credential, retry_total=0, **trust) as account,
    ):
        yield account


@pytest.fixture
async def azurite_account(azurite):
    async with TableServiceClient.from_connection_string(azurite, retry_total=0) as account:
        yield account


@pytest.fixture(params=["ours", "azurite"])
def service(request):
    """Whose account a test runs against."""
    return request.param


@pytest.fixture
def account(service, request):
    return request.getfixturevalue("our_account" if service == "ours" else "azurite_account")


@pytest.fixture
async def table(account):
    return await account.create_table(f"questions{uuid.uuid4().hex[:12]}")


@pytest.fixture
async def our_table(our_account):
    return await our_account.create_table("questions")
