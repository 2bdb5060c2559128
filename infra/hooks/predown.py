"""Before `azd down`, which deletes the app's resource group with whatever is in it: what would be lost for good.

It refuses while galleries or images are in the group, while migrations live, and until the audit of every image is in a
file. GIVE_UP names what may go: "migrations", "audit". There is none for galleries and images.
"""

from __future__ import annotations

import sys
from typing import Any

from infra.hooks.app import App, AppError, deployed
from infra.hooks.audit import export
from infra.hooks.azure import (
    AzureError,
    contents,
    deployments_of_this_name,
    group,
    group_name,
    is_ours,
    ours,
)
from infra.hooks.choices import given, named

COPIES = ("microsoft.compute/galleries", "microsoft.compute/images")
AUDIT, LIVE = "audit", "migrations"


def main() -> int:
    if not given("AZURE_SUBSCRIPTION_ID"):
        print("refused: no subscription is known: azd env refresh finds it", file=sys.stderr)
        return 1
    try:
        problems = what_keeps() if group() else []
    except AzureError as error:
        problems = [f"Azure could not be asked: {error}"]
    for problem in problems:
        print(f"refused: {problem}", file=sys.stderr)
    return 1 if problems else 0


def what_keeps() -> list[str]:
    """What speaks against deleting the group; where nothing else does, the audit is taken out of it."""
    found = contents()
    print(f"azd down deletes the resource group {group_name()} with all that is in it: {len(found)} resources.")
    for path in strangers(found):
        print(f"  not of this deployment, and deleted as well: {path}")
    problems = [*unknown_words(), *copies(found), *taken_for_ours()]
    try:
        app = deployed(found)
        listed = app.migrations()
    except (AppError, AzureError) as error:
        print("How many migrations live is not known.")
        return problems + not_told(error, {AUDIT, LIVE})
    problems += living(listed)
    return problems or taken_out(app, listed)


def unknown_words() -> list[str]:
    known = {AUDIT, LIVE}
    return [f'GIVE_UP knows "{AUDIT}" and "{LIVE}", not "{word}"' for word in sorted(named("GIVE_UP") - known)]


def copies(found: list[dict[str, Any]]) -> list[str]:
    """Galleries, what is in them, and images: perhaps the only copies there are."""
    kinds = [(one["id"], one["type"].lower()) for one in found]
    held = sorted(path for path, kind in kinds if kind in COPIES or kind.startswith(f"{COPIES[0]}/"))
    return [f"{path} would be deleted: move it out of {group_name()}, or delete it by hand" for path in held]


def strangers(found: list[dict[str, Any]]) -> list[str]:
    """Ids of what is not ours, nor in anything that is."""
    own = tuple(one["id"].lower() for one in ours(found))
    within = tuple(f"{path}/" for path in own)
    return [one["id"] for one in found if one["id"].lower() not in own and not one["id"].lower().startswith(within)]


def taken_for_ours() -> list[str]:
    """Before 1.31.2, azd took down the newest deployment of this name, whichever project's it was."""
    newest = next(iter(deployments_of_this_name()), None)
    if newest is None or is_ours(newest):
        return []
    again = "make this app's the newest first: azd provision --no-state"
    return [f"azd may take {newest['name']} for this app's, which is another's with the same name; {again}"]


def living(listed: list[dict[str, Any]]) -> list[str]:
    number = sum(one.get("outcome") is None for one in listed)
    print(f"{number} of {len(listed)} migrations live.")
    if not number or LIVE in named("GIVE_UP"):
        return []
    return [f"{number} migrations live: pause, wait until they end, or cancel them; or {_way_out({LIVE})}"]


def taken_out(app: App, listed: list[dict[str, Any]]) -> list[str]:
    if AUDIT in named("GIVE_UP"):
        return []
    try:
        file = export(app, listed)
    except (AppError, OSError) as error:
        return not_told(error, {AUDIT})
    print(f"The audit of {len(listed)} images is in {file}: keep it; azd env remove deletes it there.")
    return []


def not_told(error: Exception, lost: set[str]) -> list[str]:
    """The app does not say what would be lost; whoever gives all of it up need not know."""
    if lost <= named("GIVE_UP"):
        return []
    why = f"the audit could not be taken out ({error})"
    return [f"{why}: bring the app to answer; or, if the audit is kept elsewhere or given up, {_way_out(lost)}"]


def _way_out(words: set[str]) -> str:
    return f'azd env set GIVE_UP "{" ".join(sorted(words | named("GIVE_UP") & {AUDIT, LIVE}))}"'


if __name__ == "__main__":
    sys.exit(main())
