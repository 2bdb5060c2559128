"""Tags an image, watches the app migrate it, approves, and reads back from Azure what is there in the end."""

import argparse
import sys
import time
from typing import Any

from rich.console import Console
from rich.table import Table

from dev.core_tools import FuncStartError, ToolMissingError, running_func
from dev.demo.app import App, Browser
from dev.demo.azure import Azure
from dev.demo.timeline import Timeline
from dev.emulator.seed import IMAGES_GROUP
from dev.host import running_host
from dev.inbox import Inbox, running_inbox
from dev.laptop import Laptop, RunHost, running_laptop

SPEED = 60.0
PATIENCE_SECONDS = 150
LOOK_EVERY_SECONDS = 0.25
APPROVER = "ada@contoso.com"
SOURCE = f"{IMAGES_GROUP}/providers/Microsoft.Compute/images/windows-build"
TAGS = {
    "migrate-to-gallery": "contoso_gallery/windows-build",
    "migrate-to-gallery-options": "regions=westus2=2=premium_lrs,northeurope; eol=2030-12-31",
}
HOSTS: dict[str, tuple[RunHost, str]] = {
    "dev": (running_host, "a host of our own (no account, no Docker, no internet)"),
    "func": (running_func, "Azure Functions Core Tools, with Azurite"),
}
OTHER_SOURCE = f"{IMAGES_GROUP}/providers/Microsoft.Compute/images/ubuntu-web"
NEXT = f"""
[bold]To decide yourself, on the approval page:[/bold] run `make dev`, and in another terminal
  source .dev/env
  curl -H "x-functions-key: $FUNCTIONS_KEY" "$FUNCTIONS_URL/api/migrations" \\
    --json '{{"sourceImageId": "{OTHER_SOURCE}"}}'
Within a minute, `make dev` shows the link to the page."""
REPLICATION_SECONDS = {"eastus2": 300, "westus2": 720, "northeurope": 1080}


class DemoFailedError(Exception):
    """The migration did not end as the demo shows it."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m dev.demo", description=__doc__)
    parser.add_argument("--host", choices=HOSTS, default="dev", help="dev/host, or Azure Functions Core Tools")
    run_host, host_name = HOSTS[parser.parse_args().host]
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[bold]Starting emulated Azure and the function app[/bold] in {host_name}")
    try:
        return _run(console, run_host)
    except (ToolMissingError, FuncStartError, TimeoutError) as error:
        console.print(f"{error}", style="red", markup=False)
        return 1


def _run(console: Console, run_host: RunHost) -> int:
    with (
        running_inbox() as inbox,
        running_laptop(speed=SPEED, settings=_notifying(inbox), run_host=run_host) as laptop,
    ):
        laptop.emulator.control.settings(replicationSeconds=REPLICATION_SECONDS)
        azure = Azure(laptop.emulator)
        try:
            migration = _migrate(console, laptop, azure, inbox)
            _read_back(console, azure, migration)
        except DemoFailedError as error:
            console.print(f"[red]{error}[/red]\nThe app's log:\n{laptop.host.log_path.read_text()}")
            return 1
    console.print(NEXT)
    return 0


def _notifying(inbox: Inbox) -> dict[str, str]:
    return {"MIGRATION_NOTIFY": f"{APPROVER}={inbox.address}"}


def _migrate(console: Console, laptop: Laptop, azure: Azure, inbox: Inbox) -> dict[str, Any]:
    console.print(f"  Azure at {laptop.emulator.url}, a minute takes a second; app at {laptop.host.url}/api\n")
    console.print("[bold]Tagging a managed image[/bold]; nothing else is done by hand until the approval")
    tags = " ".join(f"'tags.{name}={value}'" for name, value in TAGS.items())
    console.print(f"  az image update --ids {SOURCE} \\\n    --set {tags}\n")
    azure.tag_image(SOURCE, TAGS)
    app = App(laptop.host)
    with Timeline(console) as timeline:
        _watch(app, timeline, "AwaitingApproval")
        link = _show_message(console, inbox)
        Browser().approve(link, SOURCE.rpartition("/")[2])
        console.print(f"[bold]{APPROVER} opened the link, typed the image's name and approved[/bold]\n")
        return _watch(app, timeline, "Done")


def _watch(app: App, timeline: Timeline, phase: str) -> dict[str, Any]:
    """Show the migration until it is in this phase."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = app.migrations()
        if found:
            timeline.show(found[0])
            if found[0]["phase"] in {phase, "Done"}:
                return found[0]
        time.sleep(LOOK_EVERY_SECONDS)
    raise DemoFailedError(f"the migration did not reach {phase} within {PATIENCE_SECONDS} s")


def _show_message(console: Console, inbox: Inbox) -> str:
    """Show the notification; returns the link in it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (message := inbox.next_message()) is None:
        if time.monotonic() > deadline:
            raise DemoFailedError("no notification came")
        time.sleep(LOOK_EVERY_SECONDS)
    console.print(f"\n[bold]A notification came:[/bold] {message['title']}")
    for line in message["message"].splitlines():
        console.print(f"  {line}", markup=False)
    return message["message"].rpartition(" ")[2].strip()


def _read_back(console: Console, azure: Azure, migration: dict[str, Any]) -> None:
    """Ask Azure, not the app, for the final state."""
    outcome = migration["outcome"]
    calls = azure.calls_of_the_app()
    version = azure.version(migration["imageVersionId"])
    if outcome["kind"] != "Migrated" or azure.image_exists(SOURCE):
        raise DemoFailedError(f"the migration ended as {outcome}")
    console.print(f"\n[bold green]{outcome['kind']}[/bold green]: {outcome['reason']}. Read back from Azure:")
    console.print(f"  source image    gone ({SOURCE.rpartition('/')[2]})")
    console.print(f"  image version   {version['properties']['provisioningState']}: {version['id']}")
    console.print(_regions(version))
    for name, value in sorted(version["tags"].items()):
        console.print(f"    tag {name} = {value}", markup=False)
    counted = ", ".join(f"{count} {method}" for method, count in sorted(calls.items()))
    console.print(f"\nThe app made {calls.total()} ARM calls: {counted}.")


def _regions(version: dict[str, Any]) -> Table:
    summary = version["properties"]["replicationStatus"]["summary"]
    targets = version["properties"]["publishingProfile"]["targetRegions"]
    table = Table(box=None, padding=(0, 2))
    for heading in ("    region", "replicas", "storage", "state", "progress"):
        table.add_column(heading)
    for region in targets:
        status = next(one for one in summary if one["region"] == region["name"].replace(" ", "").lower())
        table.add_row(
            f"    {region['name']}",
            str(region["regionalReplicaCount"]),
            region["storageAccountType"],
            status["state"],
            f"{status['progress']} %",
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
