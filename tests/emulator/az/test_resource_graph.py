"""Resource Graph through `az rest`: the command line has `az graph` only as an extension, which sends the same."""

import json
import shlex
from pathlib import Path

import pytest

from dev.emulator import Emulator
from tests.emulator.az.place import Place
from tests.emulator.az_cli import Az, AzFailedError

_URL = "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01"


def ask(az: Az, emulator: Emulator, folder: Path, query: str) -> dict:
    body = folder / "body.json"
    body.write_text(json.dumps({"subscriptions": [emulator.subscription_id], "query": query}))
    return az(f"rest --method post --url {shlex.quote(_URL)} --body @{body}")


def test_az_finds_the_image_of_a_group(az: Az, emulator: Emulator, place: Place, tmp_path: Path):
    found = ask(az, emulator, tmp_path, f"resources | where resourceGroup =~ '{place.group}' | project id, type")
    assert found["data"] == [{"id": place.image_id, "type": "microsoft.compute/images"}]
    assert (found["totalRecords"], found["resultTruncated"]) == (1, "false")


def test_az_shows_what_a_query_may_not_use(az: Az, emulator: Emulator, tmp_path: Path):
    with pytest.raises(AzFailedError, match="the operator 'summarize' is not supported"):
        ask(az, emulator, tmp_path, "resources | summarize count()")
