"""The commands by which somebody tries the new version: a machine in a group of its own, and the end of both."""

import re
import shlex

from migration.record.asked import Asked

LONGEST_WINDOWS_NAME = 15  # of a computer; Azure refuses a longer one
LONGEST_LINUX_NAME = 64
_LONGEST_GROUP_NAME = 90
_OWN = 6  # characters of the migration's id, so that no group of somebody's has that name


def test_command(asked: Asked) -> str:
    """Return commands that make a machine from the new version, in the source's region; a password is asked for."""
    source, marketplace = asked.plan.source, asked.plan.definition.purchase_plan
    linux = source.os_type == "Linux"
    name = _test_name(asked, LONGEST_LINUX_NAME if linux else LONGEST_WINDOWS_NAME)
    parts = [
        f"az vm create --name {name}",
        f"--resource-group {_test_group(asked)}",
        f"--location {source.location}",
        f"--image {shlex.quote(asked.version_id)}",
        f"--admin-username tester{' --generate-ssh-keys' if linux else ''}",
    ]
    if marketplace:
        terms = {"publisher": marketplace.publisher, "product": marketplace.product, "name": marketplace.name}
        parts += [f"--plan-{key} {shlex.quote(value)}" for key, value in terms.items()]
    made = " \\\n  ".join(parts)
    return f"az group create --name {_test_group(asked)} --location {source.location} &&\n{made}"


def clean_up_command(asked: Asked) -> str:
    """Return the command that removes all of it; az asks before it does."""
    return f"az group delete --name {_test_group(asked)}"


def _test_group(asked: Asked) -> str:
    own = asked.migration_id[-_OWN:]
    return f"{_test_name(asked, _LONGEST_GROUP_NAME - _OWN - 1)}-{own}"


def _test_name(asked: Asked, longest: int) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", f"test-{asked.plan.source.name}")[:longest].strip("-")
