"""One image, approved as soon as it is asked about: what its migration takes of engine, table and Azure."""

from collections import Counter
from contextlib import contextmanager
from datetime import timedelta

import pytest

from dev.emulator import running_emulator
from dev.host.engine.engine import Engine
from tests.bench.rows import Row
from tests.support.running.azure import Azure
from tests.support.running.starting import running_app
from tests.support.stage.play import Play

SPEED = 60.0
POLL = {"MIGRATION_POLL_INTERVAL": "PT0.5S", "MIGRATION_POLL_INTERVAL_MAX": "PT10S"}  # 30 seconds, ten minutes
REGIONS = ["eastus2", "westus2"]
REPLICATION = timedelta(minutes=30)
REPLICATION_SECONDS = dict.fromkeys(REGIONS, REPLICATION.total_seconds())


class Counted:
    """What the engine has handed out: turns, activities, and each execution's history as its last turn saw it."""

    def __init__(self):
        self.turns = self.activities = self.woken = 0
        self.events, self.bytes = Counter(), Counter()
        self._execution = Counter()

    def turn(self, work):
        self.turns += 1
        request = work.request
        self.woken += sum(event.WhichOneof("eventType") in {"timerFired", "eventRaised"} for event in request.newEvents)
        if not request.pastEvents:
            self._execution[work.instance_id] += 1
        key = work.instance_id, self._execution[work.instance_id]
        known = [*request.pastEvents, *request.newEvents]
        self.events[key] = len(known) + 1  # and how it ended
        self.bytes[key] = sum(event.ByteSize() for event in known)


@contextmanager
def counted():
    """Count what every engine of this process hands out."""
    found, turn, activity = Counted(), Engine.take_orchestration, Engine.take_activity

    def take_orchestration(engine):
        work = turn(engine)
        if work:
            found.turn(work)
        return work

    def take_activity(engine):
        work = activity(engine)
        found.activities += work is not None
        return work

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "take_orchestration", take_orchestration)
        patch.setattr(Engine, "take_activity", take_activity)
        yield found


def rows():
    with running_emulator(speed=SPEED) as emulator:
        azure = Azure(emulator)
        azure.control.settings(replicationSeconds=REPLICATION_SECONDS)
        with counted() as found, running_app(azure, **POLL) as app:
            one = app.start(azure.seed_image("one"), targetRegions=REGIONS)
            app.approve_and_end(one)
            table = [call for call in azure.control.storage_calls() if one in call["path"] or call["method"] == "POST"]
    yield Row("one image: activities", found.activities)
    yield Row("one image: orchestrator turns", found.turns)
    yield Row("one image: history events", sum(found.events.values()), bar=120)
    yield Row("one image: bytes of history", sum(found.bytes.values()))
    yield Row("one image: calls of the table of records", len(table))
    yield Row("one image: records read", sum(is_record(call, "GET") for call in table))
    yield Row("one image: records written", sum(is_record(call, "PUT", "POST") for call in table))
    # Two for an activity, as docs/cost.md has it, and one for each timer and event.
    yield Row("one image: actions of the Durable Task Scheduler", 2 * found.activities + found.woken)
    # A message is put, taken and deleted, two of them an activity and one a timer or event; a turn writes two tables.
    messages = 2 * found.activities + found.woken
    yield Row("one image: transactions of Azure Storage as the backend", 3 * messages + 2 * found.turns)
    with pytest.MonkeyPatch.context() as patch:
        asked = _until_asked(patch)
    yield Row("one image: time until it is asked about, in virtual time", asked, "its replication", 1.05)


def is_record(call, *methods):
    return call["method"] in methods and ("'image'" in call["path"] or call["method"] == "POST")


def _until_asked(patch):
    """How many times its replication it takes from the start to the question, where it replicates evenly."""
    play = Play(patch)
    began = play.stage.now
    play.azure.progress = lambda: min(100, int(100 * ((play.stage.now - began) / REPLICATION)))
    play.start().until("AwaitingApproval")
    return (play.stage.now - began) / REPLICATION
