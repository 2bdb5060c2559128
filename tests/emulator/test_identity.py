"""The App Service identity endpoint, as azure-identity and MSAL use it."""

import os
import subprocess
import sys

import pytest
import requests
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ManagedIdentityCredential

from dev.emulator import Emulator, running_emulator
from dev.emulator.vocabulary.tokens import claims_of

RESOURCE = "https://management.azure.com"


@pytest.fixture(scope="module")
def emulator():
    with running_emulator() as emulator:
        yield emulator


def ask(emulator: Emulator, secret: str | None = None, **query: str) -> requests.Response:
    return requests.get(
        emulator.environment["IDENTITY_ENDPOINT"],
        params={"api-version": "2019-08-01", "resource": RESOURCE} | query,
        headers={"X-IDENTITY-HEADER": secret or emulator.environment["IDENTITY_HEADER"]},
        verify=emulator.environment["REQUESTS_CA_BUNDLE"],
        timeout=10,
    )


def token_of_an_app(emulator: Emulator) -> str:
    """As a process of its own: aiohttp reads SSL_CERT_FILE once, when it is imported."""
    program = f"""
import asyncio
from azure.identity.aio import ManagedIdentityCredential
async def main():
    async with ManagedIdentityCredential() as credential:
        print((await credential.get_token("{RESOURCE}/.default")).token)
asyncio.run(main())
"""
    environment = os.environ | emulator.environment
    command = [sys.executable, "-c", program]
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()


def test_the_managed_identity_credential_gets_a_token_for_resource_manager(in_environment: Emulator):
    with ManagedIdentityCredential() as credential:
        token = credential.get_token(f"{in_environment.url}/.default")
    claims = claims_of(token.token)
    assert claims["aud"] == in_environment.url
    assert claims["exp"] == token.expires_on
    assert claims.keys() >= {"tid", "oid", "appid", "xms_mirid", "iss", "iat", "nbf"}


def test_the_asynchronous_credential_gets_the_same_principal(in_environment: Emulator):
    with ManagedIdentityCredential() as credential:
        first = claims_of(credential.get_token(f"{RESOURCE}/.default").token)
    second = claims_of(token_of_an_app(in_environment))
    assert (first["oid"], first["appid"], first["tid"]) == (second["oid"], second["appid"], second["tid"])


def test_a_user_assigned_identity_is_another_principal_and_always_the_same(in_environment: Emulator):
    client_id = "0e1d2c3b-1111-4222-8333-944455566677"
    with ManagedIdentityCredential(client_id=client_id) as credential:
        assigned = claims_of(credential.get_token(f"{RESOURCE}/.default").token)
    again = claims_of(ask(in_environment, client_id=client_id).json()["access_token"])
    system = claims_of(ask(in_environment).json()["access_token"])
    assert assigned["appid"] == client_id
    assert assigned["oid"] == again["oid"] != system["oid"]


def test_a_token_works_where_resource_manager_asks_for_one(emulator: Emulator):
    token = ask(emulator).json()["access_token"]
    answer = requests.get(
        f"{emulator.url}/subscriptions?api-version=2022-12-01",
        headers={"Authorization": f"Bearer {token}"},
        verify=emulator.environment["REQUESTS_CA_BUNDLE"],
        timeout=10,
    )
    assert answer.status_code == 200


def test_a_wrong_secret_gets_no_token(emulator: Emulator):
    answer = ask(emulator, secret="guessed")
    assert answer.status_code == 401
    assert "access_token" not in answer.json()


@pytest.mark.parametrize("wrong", [{"api-version": "2017-09-01"}, {"resource": ""}])
def test_an_unknown_version_or_a_missing_resource_is_refused(emulator: Emulator, wrong: dict[str, str]):
    answer = ask(emulator, **wrong)
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_a_wrong_secret_fails_the_credential(in_environment: Emulator, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("IDENTITY_HEADER", "guessed")
    with ManagedIdentityCredential() as credential, pytest.raises(ClientAuthenticationError) as failure:
        credential.get_token(f"{RESOURCE}/.default")
    assert "X-IDENTITY-HEADER" in str(failure.value)
