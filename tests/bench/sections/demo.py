"""The demo: how often its one migration asks Azure, and for what."""

from collections import Counter

from rich.console import Console

from dev.demo import __main__ as demo
from dev.demo.azure import Azure
from dev.host import running_host
from dev.inbox import running_inbox
from dev.laptop import running_laptop
from tests.bench.rows import Row

MOST_CALLS = 80


def rows():
    with (
        running_inbox() as inbox,
        running_laptop(speed=demo.SPEED, settings=demo._notifying(inbox), run_host=running_host) as laptop,
    ):
        laptop.emulator.control.settings(replicationSeconds=demo.REPLICATION_SECONDS)
        azure = Azure(laptop.emulator)
        began = len(laptop.emulator.control.calls())
        demo._migrate(Console(quiet=True), laptop, azure, inbox)
        calls = [call for call in laptop.emulator.control.calls()[began:] if "/oauth2/" not in call["path"]]
    calls.pop(0)  # the tag, which the demo sets
    yield Row("demo: calls of Azure", len(calls), bar=MOST_CALLS)
    for kind, count in sorted(Counter(map(kind_of, calls)).items(), key=lambda one: -one[1]):
        yield Row(f"demo: {kind}", count)


def kind_of(call):
    """Say what a call is about: the last type of its path, as it is read, listed or written."""
    parts = call["path"].strip("/").split("/providers/")[-1].split("/")
    if not call["path"].startswith("/subscriptions/") and "ResourceGraph" in call["path"]:
        return "POST resource graph"
    names = parts[1:] if "/providers/" in call["path"] else parts
    kind = names[-1] if len(names) % 2 else names[-2]
    return f"{call['method']} {kind}{' (list)' if len(names) % 2 and call['method'] == 'GET' else ''}"
