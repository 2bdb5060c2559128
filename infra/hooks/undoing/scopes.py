"""Fewer subscriptions: the app's roles are to leave one in which they are assigned still.

Azure may refuse that half-way, and a deployment takes no assignment away, so they go first.
"""

from __future__ import annotations

import os

from infra.hooks.azure import assignments_at, assignments_of, deployments
from infra.hooks.choices import named
from infra.hooks.limits import GROUP, GROUPS


def left_subscriptions() -> list[str]:
    """A command for each assignment that our deployments made in a subscription that is named no more."""
    stay = _read()
    made = {key: path for one in deployments() for key, path in assignments_of(one).items()}
    gone = {key: path for key, path in made.items() if key.split("/")[2] not in stay}
    there = {path.lower() for path in assignments_at(gone.values())}
    return [
        f"the app has a right in the subscription {path.split('/')[2]}, which no choice names any more. Take it away "
        f"first, and then deploy: az role assignment delete --ids {path}"
        for key, path in sorted(gone.items())
        if key in there
    ]


def _read() -> set[str]:
    """The subscriptions that the template has the app read, as it works them out."""
    groups = [form[1] for variable in GROUPS for one in named(variable) if (form := GROUP.fullmatch(one))]
    return {one.lower() for one in [*named("SUBSCRIPTIONS"), *groups, os.environ["AZURE_SUBSCRIPTION_ID"]]}
