"""The whole thing: the shipped app on a local host, against an emulated Azure that sends it events."""

from types import SimpleNamespace

import pytest

from tests.support.running.azure import running_azure
from tests.support.running.starting import InAdvance, running_app_that_hears
from tests.support.waiting import eventually


@pytest.fixture(scope="session")
def shared_azure():
    with running_azure() as azure:
        yield azure


@pytest.fixture(scope="session")
def shared_app(shared_azure):
    with running_app_that_hears(shared_azure) as app:
        yield app


@pytest.fixture
def azure(shared_azure):
    return shared_azure


@pytest.fixture
def app(shared_app):
    return shared_app


@pytest.fixture
def fresh():
    """An app and an Azure of the test's own: `fresh.app`, `fresh.azure`."""
    with running_azure() as azure, running_app_that_hears(azure) as app:
        yield SimpleNamespace(app=app, azure=azure)


@pytest.fixture(scope="module")
def _own():
    with running_azure() as azure, running_app_that_hears(azure) as app:
        yield SimpleNamespace(app=app, azure=azure)


@pytest.fixture
def troubled(_own):
    """As `fresh`, but the one of this file: for tests whose faults would meet the migrations of other files."""
    yield _own
    _own.azure.control.remove_faults()


@pytest.fixture(scope="session")
def waiting_migrations(shared_app, shared_azure):
    def start():
        return shared_app.start(shared_azure.seed_image("waiting"), targetRegions=["westus2"])

    def told(migration_id):
        waiting = shared_app.waiting(migration_id)
        eventually(lambda: not shared_azure.record(migration_id)["run"]["owed"])
        return waiting

    return InAdvance(start, told)


@pytest.fixture
def waiting(waiting_migrations):
    """A migration to East US 2 and West US 2 that waits for approval of its version."""
    return waiting_migrations.take()


@pytest.fixture
def all_events_handled(azure):
    """Wait until the app has dealt with every event that was meant for it."""

    def unhandled():
        meant = [record for record in azure.control.events() if record["recipients"]]
        return [record for record in meant if all(attempt["status"] != 202 for attempt in record["deliveries"])]

    def wait():
        try:
            eventually(lambda: not unhandled(), timeout_seconds=10)
        except AssertionError as error:
            told = [(record["deliveries"], record["deadLetters"]) for record in unhandled()]
            raise AssertionError(f"events that the app never took: {told}") from error

    return wait
