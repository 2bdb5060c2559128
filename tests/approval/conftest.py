"""The app three times, each on an Azure of its own: as installed, with sign-in and four eyes, and in a hurry."""

import pytest

from tests.support.running.azure import running_azure
from tests.support.running.site import running_site
from tests.support.running.visitors import principal


@pytest.fixture(scope="session")
def site():
    with running_azure() as azure, running_site(azure) as site:
        yield site


@pytest.fixture(scope="session")
def strict_site():
    """App Service authentication is on, the approvers are listed, and a word is not enough. Grace starts everything."""
    settings = {
        "WEBSITE_AUTH_ENABLED": "true",
        "MIGRATION_REQUIRE_IDENTITY": "true",
        "MIGRATION_FOUR_EYES": "true",
        "MIGRATION_APPROVERS": "ada@contoso.com, ImageApprover, 0b0e-object-id",
    }
    with running_azure() as azure, running_site(azure, started_by=principal("grace@contoso.com"), **settings) as site:
        yield site


@pytest.fixture(scope="session")
def hasty_site():
    """Reminds after one second, escalates after two, and gives up after eight: a slow machine has time for both."""
    patience = {"REMINDER": "PT1S", "ESCALATION": "PT2S", "EXPIRY": "PT8S"}
    settings = {f"MIGRATION_APPROVAL_{name}": wait for name, wait in patience.items()}
    with running_azure() as azure, running_site(azure, **settings) as site:
        yield site


@pytest.fixture
def waiting(site):
    return site.waiting()
