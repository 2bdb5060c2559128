"""No deployment resets a choice, or moves in with others, because of what Azure remembers wrongly or not at all."""

import pytest
import yaml

from infra.hooks.azure import SERVICE
from tests.infra.azd import EVERYTHING, HERE, provision
from tests.infra.azure_cli import AzureCli, in_group, record, refused
from tests.support.templates import ROOT

OURS = "managed-image-migration"
OTHERS_RIGHT = (
    f"/subscriptions/{HERE}/resourceGroups/rg-webshop-prod/providers/Microsoft.ContainerRegistry/registries/shop"
    "/providers/Microsoft.Authorization/roleAssignments/99999999-9999-9999-9999-999999999999"
)
OTHERS_SITE = f"/subscriptions/{HERE}/resourceGroups/rg-prod/providers/Microsoft.Web/sites/webshop"


@pytest.fixture
def az(tmp_path):
    return AzureCli(tmp_path)


def others(day, *made, project="webshop", parameters=None, name="prod"):
    """A deployment of another azd project in an environment of our name."""
    tags = {"azd-env-name": name} | ({"azd-project-name": project} if project else {})
    properties = {
        "provisioningState": "Succeeded",
        "timestamp": f"2026-11-{day:02}T00:00:00+00:00",
        "parameters": {"environmentName": {"value": name}} if parameters is None else parameters,
        "outputResources": [{"id": path} for path in made],
    }
    return {"name": f"{name}-{day}", "tags": tags, "properties": properties}


def ours(variables, day, **properties):
    made = record(provision(variables), variables, day)
    return made | {"properties": made["properties"] | properties}


def at_ends(variables):
    """The ways in which Azure remembers a deployment that did not come to its end."""
    return [
        ours(variables, 2, provisioningState="Failed"),
        ours(variables, 2, provisioningState="Failed", outputResources=None),
        ours(variables, 2, provisioningState="Failed", outputResources=[]),
        ours(variables, 2, provisioningState="Canceled"),
        ours(variables, 2, provisioningState="Running", outputResources=None),
    ]


def test_the_hooks_know_the_app_by_the_names_that_azd_uses():
    project = yaml.safe_load((ROOT / "azure.yaml").read_text())
    assert (project["name"], list(project["services"])) == (OURS, [SERVICE])


# an environment of the same name in another project


@pytest.mark.parametrize("project", ["webshop", None], ids=["tagged", "by an older azd"])
@pytest.mark.parametrize("day", [1, 5])
def test_another_projects_deployment_hides_none_of_our_choices(az, project, day):
    az.remember(EVERYTHING)
    az.answers["deployment sub list"] = [others(day, project=project), ours(EVERYTHING, 3)]
    assert refused(az.run("preprovision")) == set(EVERYTHING)
    assert az.run("preprovision", EVERYTHING).returncode == 0


def test_a_project_that_also_has_our_parameter_is_told_apart_by_its_tag(az):
    az.remember(EVERYTHING)
    copied = others(5, parameters={"migrationSettings": {"value": {}}})
    az.answers["deployment sub list"] = [copied, ours(EVERYTHING, 3)]
    assert refused(az.run("preprovision")) == set(EVERYTHING)


def test_our_own_tag_is_ours(az):
    az.remember(EVERYTHING)
    tagged = ours(EVERYTHING, 3)
    tagged["tags"]["azd-project-name"] = OURS
    az.answers["deployment sub list"] = [others(5), tagged]
    assert refused(az.run("preprovision")) == set(EVERYTHING)


def test_a_right_of_another_project_is_never_named_as_ours(az):
    """Its deployment lies between two of ours."""
    az.remember({}, {})
    history = az.answers["deployment sub list"]
    az.answers["deployment sub list"] = [history[0], others(2, OTHERS_RIGHT), ours({}, 3)]
    scope = OTHERS_RIGHT.partition("/providers/Microsoft.Authorization/")[0]
    az.answers[f"role assignment list --scope {scope} "] = [{"id": OTHERS_RIGHT}]
    done = az.run("postprovision")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_right_that_a_failed_deployment_of_ours_made_is_named(az):
    wide = {"ALLOW_SOURCE_DELETION": "true"}
    az.remember({})
    az.answers["deployment sub list"] = [ours(wide, 1, provisioningState="Failed"), ours({}, 2)]
    for path in provision(wide).resources:
        scope = path.partition("/providers/Microsoft.Authorization/")[0]
        az.answers.setdefault(f"role assignment list --scope {scope} ", []).append({"id": path})
    assert "az role assignment delete --ids" in az.run("postprovision").stdout


# a record that is gone


@pytest.mark.parametrize("history", [[], [others(2)], [others(2, OTHERS_RIGHT)]], ids=["none", "others", "more"])
def test_without_a_record_of_what_is_in_force_nothing_is_reset(az, history):
    az.remember(EVERYTHING)
    az.answers["deployment sub list"] = history
    done = az.run("preprovision", EVERYTHING)
    assert (done.returncode, "TAKE_BACK=all" in done.stderr) == (1, True)
    assert az.run("preprovision", {"TAKE_BACK": "NOTIFY"}).returncode == 1
    assert az.run("preprovision", EVERYTHING | {"TAKE_BACK": "all"}).returncode == 0


def test_all_takes_back_all_of_a_record_too(az):
    az.remember(EVERYTHING)
    kept = {"ZONE_REDUNDANCY": "Storage"}  # what no deployment can take back
    assert az.run("preprovision", kept | {"TAKE_BACK": "all"}).returncode == 0


# a last deployment that failed


@pytest.mark.parametrize("last", at_ends(EVERYTHING), ids=lambda one: one["properties"]["provisioningState"])
@pytest.mark.parametrize("before", [None, {}], ids=["the first", "the second"])
def test_what_a_deployment_was_given_counts_however_it_ended(az, last, before):
    az.remember(EVERYTHING)
    az.answers["deployment sub list"] = [last] + ([ours(before, 1)] if before is not None else [])
    assert refused(az.run("preprovision")) == set(EVERYTHING)
    assert az.run("preprovision", EVERYTHING).returncode == 0


@pytest.mark.parametrize("last", at_ends({}), ids=lambda one: one["properties"]["provisioningState"])
def test_a_failed_deployment_without_the_choices_does_not_make_one_forget_them(az, last):
    az.remember(EVERYTHING)
    az.answers["deployment sub list"] = [last, ours(EVERYTHING, 1)]
    assert refused(az.run("preprovision")) == set(EVERYTHING)


def test_of_two_values_the_later_one_is_told(az):
    az.remember({"MIGRATION_GALLERY": "new"})
    later = ours({"MIGRATION_GALLERY": "new"}, 2, provisioningState="Failed")
    az.answers["deployment sub list"] = [ours({"MIGRATION_GALLERY": "old"}, 1), later]
    assert 'azd env set MIGRATION_GALLERY "new"' in az.run("preprovision").stderr


def test_a_choice_that_was_taken_back_stays_back(az):
    az.remember(EVERYTHING, {})
    assert az.run("preprovision").returncode == 0


def test_a_secret_that_only_the_app_still_knows_of_counts(az):
    az.remember({"NOTIFY": "mail://somebody"})
    az.answers["deployment sub list"] = [ours({}, 1, provisioningState="Failed", outputResources=None)]
    assert refused(az.run("preprovision")) == {"NOTIFY"}


# whose group it is


def is_refused(done):
    return done.returncode == 1 and "not this app's" in done.stderr


def a_group(az, tags, here, history):
    az.answers |= {
        "group exists --name rg-prod ": True,
        "group show --name rg-prod ": {"name": "rg-prod", "tags": tags},
        "resource list": here,
        "deployment sub list": history,
    }


OURS_HERE = in_group(provision())
THEIRS_HERE = [{"id": OTHERS_SITE, "name": "webshop", "type": "Microsoft.Web/sites", "tags": None}]
GALLERY_ID = f"/subscriptions/{HERE}/resourceGroups/rg-prod/providers/Microsoft.Compute/galleries/golden"
GALLERY = [{"id": GALLERY_ID, "name": "golden", "type": "Microsoft.Compute/galleries", "tags": None}]
TAGGED = {"azd-env-name": "prod"}
BEFORE = ours({}, 1)  # and azd down since, perhaps
THEIRS = others(2, OTHERS_SITE)


@pytest.mark.parametrize("tags", [None, {}, {"azd-env-name": "test"}, {"owner": "images"}], ids=str)
@pytest.mark.parametrize("here", [[], GALLERY, THEIRS_HERE], ids=["empty", "gallery", "theirs"])
@pytest.mark.parametrize("history", [[], [BEFORE], [THEIRS]], ids=["none", "removed", "others"])
def test_a_group_that_is_not_ours_is_not_moved_into(az, tags, here, history):
    a_group(az, tags, here, history)
    assert is_refused(az.run("preprovision"))
    assert is_refused(az.run("preprovision", {"TAKE_BACK": "all"}))


@pytest.mark.parametrize("history", [[THEIRS], [THEIRS, BEFORE]], ids=["new", "removed"])
def test_a_group_that_another_project_of_the_same_name_made_is_not_moved_into(az, history):
    """Most templates of azd call it rg-<environment>, and all tag it so."""
    a_group(az, TAGGED, THEIRS_HERE, history)
    assert is_refused(az.run("preprovision"))


@pytest.mark.parametrize("tags", [None, TAGGED, {"owner": "images"}], ids=str)
@pytest.mark.parametrize("more", [[], GALLERY, THEIRS_HERE], ids=["alone", "gallery", "theirs"])
def test_a_group_in_which_the_app_is_is_its_own_whatever_its_tags(az, tags, more):
    a_group(az, tags, OURS_HERE + more, [THEIRS, BEFORE])
    assert az.run("preprovision").returncode == 0


def test_a_group_that_a_first_deployment_left_half_made_is_its_own(az):
    a_group(az, TAGGED, [], [ours({}, 1, provisioningState="Failed", outputResources=None)])
    assert az.run("preprovision").returncode == 0


def test_a_choice_for_one_removal_does_not_outlive_it(az):
    done = az.run("preprovision", {"GIVE_UP": "audit"})
    assert (done.returncode, 'azd env set GIVE_UP ""' in done.stderr) == (1, True)
