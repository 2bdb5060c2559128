"""The emulated Azure of a world, without sockets: who calls it, what it held when it was written to, what it tells."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

from dev.app_events import APP_CLIENT_ID, FILTER
from dev.emulator.control.journal import note_by_hand, whole
from dev.emulator.events.event import event_of
from dev.emulator.events.filters import EventFilter
from dev.emulator.events.requesters import Requester
from dev.emulator.front_door.gateway import RawCall, answer
from dev.emulator.seed import small_company
from dev.emulator.server import furnished
from dev.emulator.storage import ACCOUNT_PATH
from dev.emulator.storage.entities import properties_in
from dev.emulator.storage.errors import Refusal, StorageError
from dev.emulator.storage.front import answered, refusal
from dev.emulator.storage.operations import StorageCall
from dev.emulator.storage.tables import Tables
from dev.emulator.vocabulary.request import ArmResponse
from dev.emulator.vocabulary.tokens import claims_of, unsigned_token
from dev.emulator.wishes.faults import Fault
from dev.emulator.world import Announcement, World
from dev.emulator.world.journal import Journal
from dev.emulator.world.resources import Resource
from tests.chaos.trace import Trace, digest_of
from tests.chaos.world.clock import WorldClock
from tests.chaos.world.wire import ARM, STORAGE, Answer
from tests.support.documents import usual_version
from tests.support.invariants.scene import Azure as Held
from tests.support.invariants.scene import Write

PRINCIPAL = "5d1f3a94-20b7-4c0e-8f6a-b3a1e4d7c902"
OTHERS = {"oid": "9f6d4c1e-5b7a-4a27-9d0b-6c1f2e3d4a5b", "tid": "a-tenant", "appid": "an-app", "name": "somebody"}
TABLE = "imageMigrations"
RECORDS = "image"  # the partition
_CHANGES = {"PUT", "PATCH", "DELETE", "POST"}
_READS = ("/providers/microsoft.resourcegraph/resources",)


class EmulatedAzure:
    """State by the emulator's own rules. `told` is called with each event that Event Grid would send to the app."""

    def __init__(self, clock: WorldClock, trace: Trace) -> None:
        self._clock, self._trace = clock, trace
        self.world = World(clock)
        self.world.identity_secret = "nobody asks"
        self.routes = furnished(self.world)
        self.tables = Tables(clock.now, lambda: self.world.settings.deleted_table_held)
        self.world.plant(small_company)
        self.world.listeners.append(self._announced)
        self.world.journal = Journal(whole)
        self._writes: list[Write] = []
        self.told: Callable[[dict[str, Any]], None] = lambda _event: None
        self.changed: Callable[[], None] = lambda: None
        self._requesters: dict[str, Mapping[str, Any]] = {}
        self._filter = EventFilter.model_validate(FILTER)
        self._held: Held = {}
        self.decided: set[tuple[str, str]] = set()  # by run, and by question: what has counted
        self._stood: dict[str, dict[str, Any]] = {}
        self._read: dict[tuple[str, ...], Any] = {}
        self._runs: dict[str, dict[str, Any]] = {}  # by source id: the run that its record had last
        self._runs_then: dict[tuple[datetime, str], dict[str, Any]] = {}  # as something was deleted

    # The app's calls

    def take_fault(self, call: RawCall) -> Fault | None:
        service = "storage" if call.origin == STORAGE else "arm"
        fault = self.world.faults.take(call.method, call.path, service)
        if fault is not None:
            played = fault.model_dump(
                mode="json", by_alias=True, exclude_defaults=True, exclude={"id", "times", "skip"}
            )
            self._trace.note("fault", service=service, method=call.method, path=call.path, played=played)
        return fault

    def serve(self, call: RawCall, fault: Fault | None) -> Answer:
        served = self._store(call, fault) if call.origin == STORAGE else self._manage(call, fault)
        self.changed()
        return served

    def _manage(self, call: RawCall, fault: Fault | None) -> Answer:
        refused = fault.refusal(call.method, call.path) if fault else None
        if refused is not None:
            self._trace.note("arm", by="app", method=call.method, path=call.path, status=refused.status, refused=True)
            return _arm_answer(ArmResponse(refused.status, {"error": refused.body()}, refused.headers))
        return _arm_answer(self._called("app", call))

    def _called(self, who: str, call: RawCall) -> ArmResponse:
        writes = call.method in _CHANGES and call.path.lower() not in _READS
        if writes:
            self._requesters[call.path.lower()] = claims_of(call.headers["authorization"])
        if call.method == "DELETE" and call.path.lower() in self._runs:
            self._runs_then[self._clock.now(), call.path.lower()] = self._runs[call.path.lower()]
        response = answer(self.world, self.routes, call)
        facts: dict[str, Any] = {"body": digest_of(call.content)} if writes else {}
        self._trace.note("arm", by=who, method=call.method, path=call.path, status=response.status, **facts)
        return response

    def _store(self, call: RawCall, fault: Fault | None) -> Answer:
        now = self._clock.now()
        refused = fault.refusal(call.method, call.path) if fault else None
        if refused is not None:
            wished = Refusal(refused.status, refused.code, "{words}", refused.headers)
            served = refusal(StorageError(wished, words=refused.message), now)
        else:
            asked = StorageCall(
                method="PATCH" if call.method == "MERGE" else call.method,
                path=call.path.removeprefix(f"{ACCOUNT_PATH}/"),
                query=call.query,
                headers=call.headers,
                content=call.content,
                account_url=f"{call.origin}{ACCOUNT_PATH}",
            )
            served = answered(self.tables, asked, self.world.settings.entity_page_size, now)
        path = call.path.removeprefix(f"{ACCOUNT_PATH}/")
        self._trace.note("table", method=call.method, path=path, status=served.status, body=digest_of(call.content))
        if served.status < 300:
            self._note_record(asked_of=path, content=call.content)
        content = b"" if served.body is None else json.dumps(served.body).encode()
        kind = {"Content-Type": "application/json"} if content else {}
        return Answer(served.status, {**served.headers, **kind}, content)

    def _note_record(self, asked_of: str, content: bytes) -> None:
        """Say in the trace how a run stands, as often as that changes."""
        row = _json(content) or {}
        if not asked_of.startswith(TABLE) or row.get("PartitionKey") != RECORDS:
            return
        known = json.loads("".join(row[f"document{part}"] for part in range(row["chunks"])))
        run = known.get("run") or {}
        self._runs[str(known.get("sourceImageId")).lower()] = run
        asked = [(run.get("question") or {}).get("decided"), *(run.get("decisions") or [])]
        self.decided |= {(run.get("id"), one["approval"]["decision"]) for one in asked if one}
        if asked[0]:
            self.decided.add((run["question"]["id"], asked[0]["approval"]["decision"]))
        stands = _standing(run)
        if self._stood.get(row["RowKey"]) != stands:
            self._stood[row["RowKey"]] = stands
            self._trace.note("record", id=row["RowKey"], **stands)

    # Everybody else's

    def others(self, method: str, path: str, body: Any = None, *, api: str | None = None, **query: str) -> ArmResponse:
        """Somebody with rights of their own calls Resource Manager; nothing goes wrong on their way."""
        call = RawCall(
            method=method,
            raw_path=path,
            query={"api-version": api or usual_version(path), **query},
            headers={"authorization": f"Bearer {unsigned_token(OTHERS)}"},
            content=b"" if body is None else json.dumps(body).encode(),
            origin=ARM,
        )
        response = self._called("others", call)
        self.changed()
        return response

    def put(self, document: Mapping[str, Any]) -> str:
        """Somebody makes or changes something, and it is there at once; no event tells of it."""
        resource = Resource.from_document(document)
        self._by_hand("PUT", resource.id, dict(document))
        self.world.resources.put(self.world.dated(resource))
        self.changed()
        return resource.id

    def take_away(self, resource_id: str) -> None:
        """Somebody takes something away, with all that is in it; at once, and no event tells of it."""
        self._by_hand("DELETE", resource_id, None)
        for inner in self.world.resources.below(resource_id):
            self.world.resources.delete(inner.id)
        self.world.resources.delete(resource_id)
        self.changed()

    def _by_hand(self, method: str, path: str, body: Any) -> None:
        self._trace.note("arm", by="others", method=method, path=path, status=200, at_once=True)
        note_by_hand(self.world, method, path, body)

    # What there is

    def held(self) -> Held:
        """Everything, as a GET would show it whole."""
        self.world.settle()
        now = self._clock.now()
        return {one.id.lower(): whole(one, now) for one in self.world.resources}

    @property
    def writes(self) -> list[Write]:
        """All writes so far, each with what there was as it came in; what they share is there once."""
        assert self.world.journal is not None
        for entry in self.world.journal.entries[len(self._writes) :]:
            changed = {key: document for key, document in entry.changed.items() if document is not None}
            kept = {key: document for key, document in self._held.items() if key not in entry.changed}
            self._held = kept | changed
            by: Any = "app" if entry.client == APP_CLIENT_ID else "others"
            path = entry.path.lower()
            run = self._runs_then.get((entry.at, path))
            self._writes.append(Write(entry.at, by, entry.method, path, entry.body, entry.status, self._held, run))
        return self._writes

    def get(self, resource_id: str) -> Resource | None:
        self.world.settle()
        return self.world.resources.get(resource_id)

    def change_record(self, migration_id: str, fields: dict[str, Any]) -> None:
        """Write some fields of a record, as another release of the app would; nothing where there is none."""
        row = self.rows().get((RECORDS, migration_id))
        if row is not None and row["chunks"] == 1:
            text = json.dumps(json.loads(row["document0"]) | fields)
            properties = properties_in({**row, "document0": text})
            self._trace.note("record by hand", id=migration_id, **fields)
            self.tables.table(TABLE).replace((RECORDS, migration_id), properties, etag=None)

    def rows(self) -> dict[tuple[str, str], dict[str, Any]]:
        """What the app has in its table, by keys; nothing where there is no table."""
        if TABLE not in self.tables.names():
            return {}
        first, last = ("", ""), ("\U0010ffff", "")
        found = self.tables.table(TABLE).entities_between(first, last)
        return {entity.key: deepcopy(entity.document()) for entity in found}

    def read_each(self, partition: str, read: Callable[[Mapping[str, Any]], Any]) -> list[Any]:
        """Return what is read in each row of a partition; read anew only where somebody has written it since."""
        if TABLE not in self.tables.names():
            return []
        found = list(self.tables.table(TABLE).entities_between((partition, ""), (partition, "\U0010ffff")))
        known, self._read = self._read, {}
        for entity in found:
            key = (*entity.key, entity.etag)
            self._read[key] = known[key] if key in known else read(entity.document())
        return list(self._read.values())

    # What it tells

    def _announced(self, news: Announcement) -> None:
        event = event_of(news, Requester(claims=self._requester(news), correlation_id="none"))
        document = event.event_grid_schema()
        self._trace.note("announced", operation=news.operation_name, subject=news.subject)
        if self._filter.passes(document):
            self.told(document)

    def _requester(self, news: Announcement) -> Mapping[str, Any]:
        """Return who wrote what is announced: of tags alone, another may have been the last than of what bears them."""
        subject, tags = news.subject.lower(), "/providers/microsoft.resources/tags/default"
        is_of_tags = news.operation_name.lower() == "microsoft.resources/tags/write"
        return self._requesters.get(f"{subject}{tags}" if is_of_tags else subject, OTHERS)


def app_claims(audience: str) -> dict[str, str]:
    """What the app's tokens say of it."""
    return {"aud": audience, "oid": PRINCIPAL, "appid": APP_CLIENT_ID, "tid": "a-tenant", "idtyp": "app"}


def _arm_answer(response: ArmResponse) -> Answer:
    if response.body is None:
        return Answer(response.status, response.headers, b"")
    content = json.dumps(response.body).encode()
    return Answer(response.status, {**response.headers, "Content-Type": "application/json; charset=utf-8"}, content)


def _standing(run: Mapping[str, Any]) -> dict[str, Any]:
    question, outcome = run.get("question") or {}, run.get("outcome") or {}
    return {
        "run": run.get("id"),
        "number": run.get("number"),
        "stage": run.get("stage"),
        "phase": run.get("phase"),
        "question": question.get("stage"),
        "attempts": (question.get("deletion") or {}).get("attempts", 0),
        "outcome": outcome.get("code"),
        "waits": sorted(one["code"] for one in run.get("obstacles") or []),
    }


def _json(content: bytes) -> Any:
    try:
        return json.loads(content) if content.strip() else None
    except ValueError:
        return None
