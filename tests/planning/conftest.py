"""The app's own functions in this process, on one emulated Azure for the session, back at its seed for every test."""

from types import SimpleNamespace

import pytest

from tests.support.app_here import running_app
from tests.support.running.azure import SPEED, running_azure


@pytest.fixture(scope="session")
def session_azure():
    with running_azure() as azure:
        yield azure


@pytest.fixture
def azure(session_azure):
    session_azure.control.reset()
    session_azure.control.set_speed(SPEED)
    return session_azure


@pytest.fixture
def app(azure):
    with running_app(azure) as app:
        yield app


@pytest.fixture
def fresh(app, azure):
    """Every test has an app and an Azure of its own here: `fresh.app`, `fresh.azure`."""
    return SimpleNamespace(app=app, azure=azure)
