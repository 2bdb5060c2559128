"""The journal of writes: whose, and what existed before each; kept only once somebody asks for it."""

from datetime import UTC, datetime

import pytest

from dev.emulator import ControlRefusedError
from tests.support.documents import COMPUTE, image_id, version_body

WEB = image_id("ubuntu-web")


def test_nothing_is_noted_before_somebody_asks_for_it(arm, control):
    arm("PATCH", WEB, {"tags": {}}, api=COMPUTE)
    with pytest.raises(ControlRefusedError, match="no journal"):
        control.journal()


def test_an_entry_tells_who_wrote_what_and_what_there_was_before(arm, control):
    began = datetime.now(UTC)
    control.begin_journal()
    arm("PATCH", WEB, {"tags": {"a": "1"}}, api=COMPUTE)
    arm("GET", WEB, api=COMPUTE)
    arm("PATCH", image_id("no-such"), {"tags": {}}, api=COMPUTE)
    told = control.journal()
    first, second = told["entries"]
    assert (first["client"], first["method"], first["path"], first["status"]) == ("an-app", "PATCH", WEB, 200)
    assert first["body"] == {"tags": {"a": "1"}}
    assert "a" not in (first["changed"][WEB.lower()].get("tags") or {})
    assert first["changed"][WEB.lower()]["systemData"]["createdAt"]
    assert began <= datetime.fromisoformat(first["noted"]) <= datetime.now(UTC)
    assert second["status"] == 404
    assert second["changed"][WEB.lower()]["tags"] == {"a": "1"}
    assert told["holds"][WEB.lower()]["tags"] == {"a": "1"}


def test_an_entry_after_another_holds_only_what_has_changed_since(arm, control, definition):
    control.begin_journal()
    arm("PUT", f"{definition}/versions/1.0.0", version_body())
    control.advance(10)
    arm("PATCH", WEB, {"tags": {}}, api=COMPUTE)
    version = f"{definition}/versions/1.0.0".lower()
    [entry] = control.journal(after=1)["entries"]
    assert set(entry["changed"]) == {version}
    assert entry["changed"][version]["properties"]["replicationStatus"]["aggregatedState"] == "InProgress"


def test_what_went_is_told_once(arm, control):
    control.begin_journal()
    control.delete_resource(WEB)
    control.put_resource({"id": image_id("new"), "location": "eastus2"})
    arm("PATCH", image_id("new"), {"tags": {}}, api=COMPUTE)
    deleted, put, patched = control.journal()["entries"]
    assert (deleted["client"], deleted["method"]) == ("", "DELETE")
    assert deleted["changed"][WEB.lower()]["name"] == "ubuntu-web"
    assert put["changed"] == {WEB.lower(): None}
    assert list(patched["changed"]) == [image_id("new").lower()]


def test_a_reset_ends_it(control):
    control.begin_journal()
    control.reset()
    with pytest.raises(ControlRefusedError, match="no journal"):
        control.journal()
