"""One emulated Azure, and the app on it three times: as installed, with sign-in and four eyes, and in a hurry."""

import pytest

from tests.approval.site import principal, running_site
from tests.e2e.azure import running_azure


@pytest.fixture(scope="session")
def shared_azure():
    with running_azure() as azure:
        yield azure


@pytest.fixture(scope="session")
def site(shared_azure):
    with running_site(shared_azure) as site:
        yield site


@pytest.fixture(scope="session")
def strict_site(shared_azure):
    """App Service authentication is on, the approvers are listed, and a word is not enough. Grace starts everything."""
    settings = {
        "WEBSITE_AUTH_ENABLED": "true",
        "MIGRATION_REQUIRE_IDENTITY": "true",
        "MIGRATION_FOUR_EYES": "true",
        "MIGRATION_APPROVERS": "ada@contoso.com, ImageApprover, 0b0e-object-id",
    }
    with running_site(shared_azure, started_by=principal("grace@contoso.com"), **settings) as site:
        yield site


@pytest.fixture(scope="session")
def hasty_site(shared_azure):
    """Reminds after one second, escalates after two, and gives up after eight: a slow machine has time for both."""
    patience = {"REMINDER": "PT1S", "ESCALATION": "PT2S", "EXPIRY": "PT8S"}
    with running_site(shared_azure, **{f"MIGRATION_APPROVAL_{name}": wait for name, wait in patience.items()}) as site:
        yield site


@pytest.fixture
def waiting(site):
    return site.waiting()
