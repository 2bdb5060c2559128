"""What one deployment leaves to the next: pairs of states side by side, for every occasion of docs/deployment.md."""

import re

import pytest
import yaml

from tests.infra.azd import (
    ELSEWHERE,
    EVERYTHING,
    HERE,
    assigned,
    environment,
    only,
    provision,
    subscribe,
)
from tests.infra.bicep import evaluating
from tests.infra.bicep.functions import Runtime
from tests.infra.bicep.reading import BicepError
from tests.support.templates import ROOT

OTHER_ENVIRONMENT = {"AZURE_ENV_NAME": "test"}
OTHER_REGION = {"AZURE_ENV_NAME": "prod-us", "AZURE_LOCATION": "eastus2"}
DOCUMENT = (ROOT / "docs" / "deployment.md").read_text().partition("\n## Scenarios\n")[2].partition("\n## ")[0]
SUBSCRIPTION_TO_EVENTS = "Microsoft.EventGrid/systemTopics/eventSubscriptions"
ROLES = "Microsoft.Authorization/roleDefinitions"


@pytest.mark.parametrize(
    "occasion",
    [
        "The first `azd up`",
        "The second",
        "A second person or machine",
        "A second environment",
        "A second region",
        "From CI",
        "`azd down` and up again",
    ],
)
def test_every_occasion_has_its_paragraph(occasion):
    assert f"\n**{occasion}.**" in f"\n{DOCUMENT}"


# the first and the second


def test_the_first_deployment_needs_no_choice_and_makes_one_group():
    groups = provision().of_type("Microsoft.Resources/resourceGroups")
    assert [one.name for one in groups] == ["rg-prod"]


@pytest.mark.parametrize("variables", [{}, EVERYTHING], ids=["default", "everything"])
def test_the_second_deployment_with_the_same_choices_asks_for_the_same(variables):
    assert provision(variables).resources == provision(variables).resources


def test_everything_that_is_made_is_in_the_deployments_own_group_but_rights():
    for variables in ({}, EVERYTHING):
        outside = [one for path, one in provision(variables).resources.items() if "/resourceGroups/rg-prod" not in path]
        assert {one.type for one in outside} <= {ROLES, "Microsoft.Authorization/roleAssignments"}


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("VNET_ENABLED", "yes"),
        ("PRIVATE_APP", "1"),
        ("ZONE_REDUNDANCY", "true"),
        ("VAULT_PURGE_PROTECTION", "on"),
        ("ALLOW_SOURCE_DELETION", "on"),
        ("INSTANCE_MEMORY_MB", "4GB"),
        ("DURABLE_BACKEND", "azurestorage"),
        ("DURABLE_WEBHOOK_OPEN", "1"),
    ],
)
def test_a_choice_that_cannot_be_read_is_refused_and_not_taken_for_none(variable, value):
    with pytest.raises(BicepError, match="may not be"):
        provision({variable: value})


@pytest.mark.parametrize(
    "variable", ["MAXIMUM_INSTANCE_COUNT", "ALWAYS_READY_DURABLE", "DURABLE_TASK_SCHEDULER_CAPACITY"]
)
def test_a_number_that_is_none_is_refused(variable):
    with pytest.raises(ValueError, match="invalid literal"):
        provision({variable: "many"})


# where it may look and write


def group(subscription, name):
    return f"/subscriptions/{subscription}/resourceGroups/{name}"


def assignable(deployed):
    (scopes,) = {tuple(one.body["properties"]["assignableScopes"]) for one in deployed.of_type(ROLES)}
    return list(scopes)


def test_a_group_in_a_subscription_that_nobody_named_is_assignable_and_read():
    deployed = provision({"SOURCE_GROUPS": group(ELSEWHERE, "images")})
    assert assignable(deployed) == [f"/subscriptions/{HERE}", f"/subscriptions/{ELSEWHERE}"]
    looking = next(one.name for one in deployed.of_type(ROLES) if "look" in one.body["properties"]["roleName"])
    assert (f"/subscriptions/{ELSEWHERE}", looking) in assigned(deployed)


def test_a_group_gives_no_right_to_write_in_the_rest_of_its_subscription():
    deployed = provision({"SOURCE_GROUPS": group(ELSEWHERE, "images")})
    at_elsewhere = {role for scope, role in assigned(deployed) if scope == f"/subscriptions/{ELSEWHERE}"}
    assert len(at_elsewhere) == 1  # looking


def test_every_subscription_that_is_named_gets_the_same_rights():
    deployed = provision({"SUBSCRIPTIONS": f"{HERE},{ELSEWHERE}", "ALLOW_SOURCE_DELETION": "true"})
    by_scope = {}
    for scope, role in assigned(deployed):
        by_scope.setdefault(scope, set()).add(role)
    assert by_scope[f"/subscriptions/{HERE}"] == by_scope[f"/subscriptions/{ELSEWHERE}"]
    assert len(by_scope[f"/subscriptions/{HERE}"]) == 4


def test_the_deployments_own_subscription_comes_first_and_is_only_looked_at_where_it_is_not_named():
    """The app sees it, having rights on its own group there: half-blind there, it could delete no image anywhere."""
    deployed = provision({"SUBSCRIPTIONS": ELSEWHERE, "ALLOW_SOURCE_DELETION": "true"})
    assert assignable(deployed) == [f"/subscriptions/{HERE}", f"/subscriptions/{ELSEWHERE}"]
    looking = next(one.name for one in deployed.of_type(ROLES) if "look" in one.body["properties"]["roleName"])
    assert {role for scope, role in assigned(deployed) if scope == f"/subscriptions/{HERE}"} == {looking}


@pytest.mark.parametrize(
    "choices",
    [
        {},
        {"SUBSCRIPTIONS": ELSEWHERE},
        {"SOURCE_GROUPS": group(ELSEWHERE, "images")},
        {"GALLERY_GROUPS": group(ELSEWHERE, "galleries"), "SUBSCRIPTIONS": ELSEWHERE},
    ],
    ids=["as installed", "another subscription", "sources in another", "all in another"],
)
def test_wherever_the_app_has_any_right_it_may_see_who_uses_an_image(choices):
    deployed = provision(choices)
    looking = next(one.name for one in deployed.of_type(ROLES) if "look" in one.body["properties"]["roleName"])
    seen = {scope for scope, role in assigned(deployed) if role == looking}
    assert {f"/subscriptions/{scope.split('/')[2]}" for scope, _ in assigned(deployed)} == seen


@pytest.mark.parametrize(
    ("plain", "untidy"),
    [
        ({"SUBSCRIPTIONS": f"{HERE},{ELSEWHERE}"}, {"SUBSCRIPTIONS": f" {HERE} , {ELSEWHERE.upper()},"}),
        ({"SOURCE_GROUPS": group(HERE, "a")}, {"SOURCE_GROUPS": f"{group(HERE, 'a')}, {group(HERE, 'A')}"}),
        ({"GALLERY_GROUPS": group(HERE, "a")}, {"GALLERY_GROUPS": f"{group(HERE, 'a')} ,,"}),
        ({"DISABLED_FUNCTIONS": "image_tagged"}, {"DISABLED_FUNCTIONS": " image_tagged, "}),
    ],
    ids=["SUBSCRIPTIONS", "SOURCE_GROUPS", "GALLERY_GROUPS", "DISABLED_FUNCTIONS"],
)
def test_blanks_and_repetitions_in_a_list_change_nothing(plain, untidy):
    assert provision(plain).resources == provision(untidy).resources


# a second environment, a second region


@pytest.mark.parametrize("other", [OTHER_ENVIRONMENT, OTHER_REGION], ids=["environment", "region"])
@pytest.mark.parametrize("variables", [{}, EVERYTHING], ids=["default", "everything"])
def test_two_deployments_have_nothing_in_common(variables, other):
    one, two = provision(variables), provision(variables | other)
    assert one.resources.keys() & two.resources.keys() == set()


def test_the_same_name_in_two_subscriptions_of_a_tenant_makes_roles_of_different_names():
    def names(deployed):
        return {one.body["properties"]["roleName"] for one in deployed.of_type(ROLES)}

    assert names(provision()) & names(provision({"AZURE_SUBSCRIPTION_ID": ELSEWHERE})) == set()
    assert names(provision()) & names(provision({"AZURE_LOCATION": "eastus2"})) == set()


def test_no_record_of_a_deployment_is_in_the_way_of_one_in_another_region():
    """Azure keeps the location of a nested deployment by its name; one in another location is refused."""
    for variables in ({}, EVERYTHING):
        assert [one for one in provision(variables).nested if one.is_named] == []


def test_a_second_app_on_one_topic_leaves_the_first_its_events():
    first = provision()
    second = provision(
        OTHER_ENVIRONMENT
        | {
            "SYSTEM_TOPIC_NAME": first.outputs["EVENT_TOPIC_NAME"],
            "SYSTEM_TOPIC_RESOURCE_GROUP": first.outputs["EVENT_TOPIC_RESOURCE_GROUP"],
        }
    )
    assert second.of_type("Microsoft.EventGrid/systemTopics") == []
    wanted = [only(subscribe(app), SUBSCRIPTION_TO_EVENTS) for app in (first, second)]
    assert len({one.id for one in wanted}) == 2
    assert len({one.id.rpartition("/eventSubscriptions/")[0] for one in wanted}) == 1
    for app, one in zip((first, second), wanted, strict=True):
        assert one.name == f"tagged-images-{app.outputs['AZURE_FUNCTION_APP_NAME']}"
        assert one.body["properties"]["destination"]["properties"]["resourceId"].startswith(
            app.outputs["AZURE_FUNCTION_APP_ID"]
        )


def test_events_of_another_subscription_leave_their_dead_letters_at_the_app():
    app = provision()
    deployed = subscribe(app, topic_subscription=ELSEWHERE)
    wanted = only(deployed, SUBSCRIPTION_TO_EVENTS)
    kept = wanted.body["properties"]["deadLetterWithResourceIdentity"]["deadLetterDestination"]["properties"]
    account = only(app, "Microsoft.Storage/storageAccounts").id
    assert kept["resourceId"] == account
    assert only(deployed, "Microsoft.Authorization/roleAssignments").id.startswith(account)
    assert wanted.id.startswith(f"/subscriptions/{ELSEWHERE}/")


# from CI


def test_a_pipeline_deploys_what_the_laptop_deployed():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "azure-dev.yml").read_text())
    (job,) = workflow["jobs"].values()
    known = environment(EVERYTHING)
    handed_over = {name: known.get(re.search(r"(\w+) }}", value)[1], "") for name, value in job["env"].items()}
    assert provision(handed_over).resources == provision(EVERYTHING).resources


# down and up again


def test_a_removed_vault_that_keeps_its_name_is_in_nobodys_way(monkeypatch):
    """It may be protected against purging. The next deployment has another identity, from which the name follows."""
    before = only(provision(), "Microsoft.KeyVault/vaults").name
    assert only(provision(), "Microsoft.KeyVault/vaults").name == before
    monkeypatch.setattr(evaluating, "Runtime", Another)
    assert only(provision(), "Microsoft.KeyVault/vaults").name != before


class Another(Runtime):
    """What Azure makes the next time."""

    __slots__ = ()

    def __new__(cls, text):
        return super().__new__(cls, f"another {text}")


def test_roles_that_stay_after_a_removal_are_taken_up_again():
    """They have the same ids, also in another region, so that nothing is made twice under one name."""
    one, two = provision(), provision({"AZURE_LOCATION": "eastus2"})
    assert {role.id for role in one.of_type(ROLES)} == {role.id for role in two.of_type(ROLES)}
