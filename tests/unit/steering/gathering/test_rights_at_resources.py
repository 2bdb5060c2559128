"""The app's rights are asked for where they count: at the image, the definition or the gallery itself."""

import pytest

from arm.surveys.visibility import find_hidden_users
from arm.transport.errors import ArmUnavailableError
from migration.plan.plan import Findings
from steering.gathering.rights import check_gallery_rights, check_source_rights
from tests.support.samples import (
    COMPUTE,
    DEFINITION,
    GALLERY,
    SOURCE,
    SUBSCRIPTION,
    codes,
    make_definition,
    make_gallery,
    make_image,
)

READER = [{"actions": ["*/read"]}]
OWNER = [{"actions": ["*"]}]
GROUP = COMPUTE.partition("/providers/")[0]


async def test_roles_given_on_image_and_gallery_count_where_their_groups_are_read_only(granted):
    asked = granted({SOURCE: OWNER, GALLERY: OWNER, GROUP: READER})
    findings = Findings()
    await check_source_rights(make_image(), findings, deletes=True)
    await check_gallery_rights(make_gallery(), None, findings, creates=False)
    assert (codes(findings), asked) == ([], [SOURCE, GALLERY])


async def test_a_role_given_on_the_definition_counts_there(granted):
    granted({DEFINITION: OWNER, GALLERY: READER})
    findings = Findings()
    await check_gallery_rights(make_gallery(), make_definition(), findings, creates=False)
    assert codes(findings) == []


async def test_the_group_is_asked_for_a_gallery_that_is_still_to_come(granted):
    granted({GROUP: READER})
    findings = Findings()
    await check_gallery_rights(make_gallery(), None, findings, creates=True)
    assert set(codes(findings)) == {"MissingRight"}


async def test_a_gallery_for_a_group_that_does_not_exist_is_a_problem(granted):
    granted({})
    findings = Findings()
    await check_gallery_rights(make_gallery(), None, findings, creates=True)
    assert codes(findings) == ["ResourceGroupNotFound"]


AT_SUBSCRIPTION = f"/subscriptions/{SUBSCRIPTION}"


async def test_users_are_hidden_where_rights_are_given_on_groups_alone(granted):
    asked = granted({AT_SUBSCRIPTION: [], GROUP: READER})
    assert "virtualMachines/read" in (await find_hidden_users(SUBSCRIPTION) or "")
    granted({AT_SUBSCRIPTION: READER})
    assert await find_hidden_users(SUBSCRIPTION) is None
    assert asked == [AT_SUBSCRIPTION]


@pytest.mark.parametrize("body", [{"actions": 5}, {"actions": [{}]}, {"actions": "*"}])
async def test_rights_that_make_no_sense_are_as_good_as_not_read(granted, body):
    granted({AT_SUBSCRIPTION: [body]})
    assert "cannot be read" in (await find_hidden_users(SUBSCRIPTION) or "")


async def test_a_subscription_that_is_not_found_is_not_one_without_users(granted):
    """A 404 of a moment kept the source, and said that a role was missing."""
    granted({})
    with pytest.raises(ArmUnavailableError):
        await find_hidden_users(SUBSCRIPTION)
