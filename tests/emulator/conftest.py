"""One emulator for the session, back at its seed and with time stopped before every test."""

from contextlib import ExitStack

import pytest
from azure.identity import ManagedIdentityCredential
from azure.mgmt.compute import ComputeManagementClient

from dev.emulator import running_emulator
from tests.emulator.contract import CheckedPolicy
from tests.emulator.event_receiver import running_receiver
from tests.support.documents import DEFINITION_ID, Arm, definition_body, seed_image, version_body


@pytest.fixture(scope="session")
def session_emulator():
    with running_emulator(speed=0) as emulator:
        yield emulator


@pytest.fixture
def emulator(session_emulator):
    session_emulator.control.reset()
    session_emulator.control.set_speed(0)
    return session_emulator


@pytest.fixture
def moving_emulator(session_emulator):
    """The same, with time passing: for what clients wait for."""
    session_emulator.control.reset()
    session_emulator.control.set_speed(60)
    return session_emulator


@pytest.fixture
def control(emulator):
    return emulator.control


@pytest.fixture
def arm(emulator):
    arm = Arm(emulator)
    yield arm
    arm.session.close()


@pytest.fixture
def in_environment(emulator, monkeypatch):
    """The process environment a user gets by sourcing the export lines."""
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    return emulator


@pytest.fixture
def connect(in_environment):
    """Makes clients of the SDKs, with a managed identity, by the environment alone. Calls are checked like ours."""
    url = in_environment.url
    with ManagedIdentityCredential() as credential, ExitStack() as clients:
        yield lambda kind, *subscription: clients.enter_context(
            kind(
                credential,
                *subscription,
                base_url=url,
                credential_scopes=[f"{url}/.default"],
                per_retry_policies=[CheckedPolicy()],
            )
        )


@pytest.fixture
def sdk(connect, in_environment):
    return connect(ComputeManagementClient, in_environment.subscription_id)


@pytest.fixture
def definition(arm, control):
    """A finished image definition fit for the seeded image `ubuntu-web`."""
    assert arm("PUT", DEFINITION_ID, definition_body()).status_code == 201
    control.advance(1)
    return DEFINITION_ID


@pytest.fixture
def version(arm, definition, control):
    """A finished image version in East US 2 and West US 2."""
    path = f"{definition}/versions/1.0.0"
    assert arm("PUT", path, version_body("eastus2", "westus2")).status_code == 201
    control.advance(446)
    return path


@pytest.fixture
def image(emulator):
    """A managed image without tags."""
    return seed_image(emulator)


@pytest.fixture
def receiver():
    with running_receiver() as receiver:
        yield receiver
