"""What a running app and its Azure show, put together as a scene that invariants judge."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal
from urllib.parse import urljoin

from dev.app_events import APP_CLIENT_ID
from migration.values.ids import instance_id_for
from tests.support.invariants.scene import Approval, Message, Scene, Start, Told, Write
from tests.support.running.mailboxes import LINK, parts_of
from tests.support.running.visitors import Browser, words_of


class Observer:
    """Sees every write on an Azure from now on; whoever starts, decides and cancels through it is seen, too."""

    def __init__(self, azure):
        self._azure = azure
        self._seen = 0
        self._known = {}
        self._writes = []
        self._started = []
        self._decided = []
        self.records_lost = False
        azure.control.begin_journal()

    def starts(self, source_id, how, request, call: Callable[[], object] | None = None):
        """Make a wish; gives back its answer. What has none that could be read may have been heard all the same."""
        at, answer = datetime.now(UTC), call() if call else None
        self._started.append(Start(at, source_id.lower(), how, request, _told(answer)))
        return answer

    def decides(self, shown, by, decision, call):
        """Decide, or cancel, what the app shows so; an answer that is lost may have been a yes."""
        at, answer = datetime.now(UTC), call()
        is_taken = answer.status_code == 202 or answer.status_code >= 500
        run = shown["run"] if answer.status_code >= 500 else _told(answer)["body"].get("run", shown["run"])
        self._decided.append(Approval(at, by, str(shown["imageVersionId"]).lower(), run, decision, is_taken))
        return answer

    def scene(self, told=(), messages=(), secrets=None, left=()):
        """The moment as it is; `told` and the rest as far as somebody has asked for them."""
        azure = self._look()
        records = {one.source_id: self._azure.record(instance_id_for(one.source_id)) for one in told}
        return Scene(
            now=datetime.now(UTC),
            azure=azure,
            writes=tuple(self._writes),
            starts=tuple(self._started),
            approvals=tuple(self._decided),
            records={key: found for key, found in records.items() if found},
            told=told,
            messages=messages,
            secrets=secrets or {},
            left=left,
            records_lost=self.records_lost,
        )

    def _look(self):
        shown = self._azure.control.journal(after=self._seen)
        for entry in shown["entries"]:
            self._known = {key: one for key, one in (self._known | entry["changed"]).items() if one is not None}
            self._writes.append(_write(entry, self._known))
        self._seen += len(shown["entries"])
        return shown["holds"]


def _write(entry, known):
    by: Literal["app", "others"] = "app" if entry["client"] == APP_CLIENT_ID else "others"
    at, path = datetime.fromisoformat(entry["noted"]), entry["path"].lower()
    return Write(at, by, entry["method"], path, entry["body"], entry["status"], MappingProxyType(known))


def _told(answer):
    if answer is None:
        return {"status": None, "body": {}}
    is_json = "json" in answer.headers.get("Content-Type", "")
    return {"status": answer.status_code, "body": answer.json() if is_json else {}}


def told_of(app, source_ids, pages=None):
    """What the app tells of these images now, wherever it tells of them; `pages` are links to read, by image."""
    rows = {row["id"]: row for row in _every_row(app)}
    return [_told_of(app, one, rows, (pages or {}).get(one)) for one in source_ids]


def _told_of(app, source_id, rows, page):
    migration_id = instance_id_for(source_id)
    detail = app.find(source_id)
    audit = app.call("GET", f"migrations/{migration_id}/audit").json() if detail else None
    text = _page(page) if page else None
    run = detail["run"] if detail else ""
    return Told(run, source_id.lower(), rows.get(migration_id), detail, audit, text)


def _page(link):
    """What somebody reads who opens a link: its token goes into a cookie first."""
    visitor = Browser()
    answer = visitor.open(link)
    if answer.status_code == 303:
        answer = visitor.open(urljoin(link, answer.headers["Location"]))
    assert answer.text, f"an empty page: {answer.status_code}"
    return words_of(answer)


def _every_row(app):
    link = "migrations?top=100"
    while link:
        page = app.call("GET", link).json()
        yield from page["migrations"]
        link = page["nextLink"]


def messages_of(mailboxes):
    """What has arrived in these mailboxes. When is not told: what a message said was true at its time, if ever."""
    found = [one["message"] for box in mailboxes for one in box.messages()]
    return [Message(datetime.min.replace(tzinfo=UTC), "", text, _links(text)) for text in found]


def _links(text):
    return sorted({match.group() for match in LINK.finditer(text)})


def secrets_of(app, mailboxes):
    """The keys of the host, and the token of every link that was sent."""
    links = {link for one in messages_of(mailboxes) for link in one.links}
    tokens = {f"token {number}": parts_of(link)[1] for number, link in enumerate(sorted(links))}
    host = app.host
    return tokens | {"master key": host.key, "function key": host.function_key, "durable key": host.durable_key}


def left_of(app, scene_azure, source_ids):
    """What has left the app beside messages: its log, what it wrote into Azure, and its instances."""
    instances = [json.dumps(app.host.instance(instance_id_for(one))) for one in source_ids]
    return [app.host.log_path.read_text(errors="replace"), *instances, json.dumps(scene_azure)]
