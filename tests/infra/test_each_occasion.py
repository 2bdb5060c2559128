"""Every occasion of a deployment, in a table: what the hooks say before it, and what Azure would be asked for."""

from typing import Any, NamedTuple

import pytest

from tests.infra.azd import EVERYTHING, FIXED, HERE, environment, provision
from tests.infra.azure_cli import AzureCli, in_group, record

SITE = f"/subscriptions/{HERE}/resourceGroups/rg-prod/providers/Microsoft.Web/sites/webshop"
GALLERY = f"/subscriptions/{HERE}/resourceGroups/rg-prod/providers/Microsoft.Compute/galleries/golden"

REVOCABLE = {name: value for name, value in EVERYTHING.items() if name not in FIXED}


class Occasion(NamedTuple):
    """What is there, what this machine knows, and what is said. `made` are this app's deployments, the latest last."""

    made: tuple[dict[str, str], ...] = ()
    given: dict[str, str] = {}
    group: str = "ours"  # or "gone", "foreign", "another project's"
    newest_is_anothers: bool = False
    says: str = ""  # nothing: the deployment goes on


OCCASIONS = {
    "the first up": Occasion(),
    "the first up with every choice": Occasion(given=EVERYTHING),
    "the second up": Occasion(({},)),
    "the second up with every choice": Occasion((EVERYTHING,), EVERYTHING),
    "the second up from a fresh clone": Occasion((EVERYTHING,), says="would be reset"),
    "choices taken back that are meant": Occasion((REVOCABLE,), {"TAKE_BACK": "all"}),
    "replication taken back": Occasion(
        ({"ZONE_REDUNDANCY": "Storage"},), {"ZONE_REDUNDANCY": "None"}, says="storage account migration start"
    ),
    "a choice set": Occasion(({},), {"ALLOW_SOURCE_DELETION": "true"}),
    "a choice set back by its default": Occasion(
        ({"ALLOW_SOURCE_DELETION": "true"},), {"ALLOW_SOURCE_DELETION": "false"}
    ),
    "down": Occasion((EVERYTHING,), group="gone"),
    "down, and up with other choices": Occasion((EVERYTHING,), {"MIGRATION_GALLERY": "other"}, group="gone"),
    "down with what was given up": Occasion(({},), {"GIVE_UP": "audit"}, group="gone", says="GIVE_UP"),
    "another project of the same name, deployed since": Occasion(({},), newest_is_anothers=True),
    "another project of the same name, from a fresh clone": Occasion(
        (EVERYTHING,), newest_is_anothers=True, says="would be reset"
    ),
    "another project's group of our name": Occasion(group="another project's", says="not this app's"),
    "a foreign group": Occasion(group="foreign", says="not this app's"),
    "a foreign group, meant": Occasion(given={"TAKE_BACK": "all"}, group="foreign", says="not this app's"),
}


def on(az: AzureCli, occasion: Occasion) -> None:
    """Put Azure into the state in which this occasion finds it."""
    name = environment({})["AZURE_ENV_NAME"]
    if occasion.made:
        az.remember(*occasion.made)
    theirs: dict[str, Any] = record(provision(), {}, 9)
    theirs["tags"]["azd-project-name"] = "webshop"
    theirs["properties"] |= {"parameters": {}, "outputResources": [{"id": SITE}]}
    if occasion.newest_is_anothers or occasion.group == "another project's":
        az.answers["deployment sub list"] = [theirs, *az.answers["deployment sub list"]]
    if occasion.group == "gone":
        az.answers[f"group exists --name rg-{name} "] = False
    if occasion.group in {"foreign", "another project's"}:
        tags = {"azd-env-name": name} if occasion.group == "another project's" else {"owner": "images"}
        path = SITE if occasion.group == "another project's" else GALLERY
        az.answers |= {
            f"group exists --name rg-{name} ": True,
            f"group show --name rg-{name} ": {"name": f"rg-{name}", "tags": tags},
            "resource list": [{"id": path, "name": "x", "type": "Microsoft.Web/sites", "tags": None}],
        }


@pytest.mark.parametrize("occasion", OCCASIONS.values(), ids=OCCASIONS)
def test_the_hook_says_what_stands_against_it_and_nothing_else(tmp_path, occasion):
    az = AzureCli(tmp_path)
    on(az, occasion)
    done = az.run("preprovision", occasion.given)
    assert (done.returncode, done.stdout) == (bool(occasion.says), "")
    assert all(line.startswith("refused: ") for line in done.stderr.splitlines())
    assert all(occasion.says in line for line in done.stderr.splitlines() if "in an empty task hub" not in line)
    assert bool(done.stderr) is bool(occasion.says)


@pytest.mark.parametrize("case", [name for name, one in OCCASIONS.items() if not one.says])
def test_what_azure_is_asked_for_goes_by_this_machines_choices_alone(case):
    """So that what the hook let through is what is made: the same again, and after a removal under the same names."""
    occasion = OCCASIONS[case]
    asked = provision(occasion.given)
    before = provision(occasion.made[-1]) if occasion.made else None
    if before is not None and occasion.made[-1] == occasion.given:
        assert asked.resources == before.resources
    inside = {one["type"] for one in in_group(asked)}
    assert inside >= {"Microsoft.Web/sites", "Microsoft.Storage/storageAccounts", "Microsoft.KeyVault/vaults"}
    if occasion.group == "gone" and before is not None:
        named = {one["id"] for one in in_group(asked)}
        assert {one["id"] for one in in_group(before) if one["type"] == "Microsoft.Web/sites"} <= named
