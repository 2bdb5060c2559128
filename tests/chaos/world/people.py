"""The people of a world: they read their mail, open links, fill in forms, call the API, and write events by hand."""

import html
import re
from collections.abc import Container, Mapping
from dataclasses import replace
from typing import Any, Literal

from dev.demo.app import hidden_fields
from migration import names
from migration.values.ids import instance_id_for
from tests.chaos.trace import Trace
from tests.chaos.world.app import NO_ANSWER, App, Said
from tests.chaos.world.clock import WorldClock
from tests.chaos.world.hub import Hub
from tests.chaos.world.post import Letter, Post
from tests.support.invariants.scene import Approval, Start

_NAME = re.compile(r'Type the image.s name, <span class="name">(.*?)</span>')
type Decision = Literal["approve", "accept", "reject"]


class People:
    """Whatever they send is remembered, with what the app said to it."""

    def __init__(self, clock: WorldClock, trace: Trace, app: App, post: Post, hub: Hub) -> None:
        self._clock, self._trace, self._app, self._post, self._hub = clock, trace, app, post, hub
        self.starts: list[Start] = []
        self._decisions: list[tuple[Approval, bool]] = []
        self.sent_forms: list[tuple[str, dict[str, str], str, dict[str, Any], str]] = []

    # Asking

    async def start(self, image_id: str, **options: Any) -> Said:
        said = await self._app.http("POST", "migrations", {"sourceImageId": image_id, **options})
        self.note_start(image_id, "http", options, said)
        return said

    async def ask_again(self, image_id: str) -> Said:
        said = await self._app.http("POST", f"migrations/{instance_id_for(image_id)}/ask-again")
        self.note_start(image_id, "ask-again", {}, said)
        return said

    def note_tag(self, image_id: str, value: str) -> None:
        self.note_start(image_id, "tag", {"tag": value}, Said(202))

    def note_start(self, image_id: str, how: Any, request: Mapping[str, Any], said: Said) -> None:
        answer = {"status": said.status, "body": said.json}
        self.starts.append(Start(self._clock.now(), image_id.lower(), how, request, answer))

    async def cancel(self, image_id: str, record: Mapping[str, Any], **body: Any) -> Said:
        """Cancel the run that somebody sees now: another that has begun meanwhile is not meant."""
        run = (record.get("run") or {}).get("id")
        named = {"run": run, **body} if run else body
        said = await self._app.http("POST", f"migrations/{instance_id_for(image_id)}/cancel", named)
        if said.is_ok:
            self._note("cancel", record, True, by="Ada")
        return said

    async def look(self, image_id: str) -> Any:
        return (await self._app.http("GET", f"migrations/{instance_id_for(image_id)}")).json

    # Deciding

    async def decide(
        self, image_id: str, decision: Decision, record: Mapping[str, Any], *, forged: bool = False, **changes: Any
    ) -> Said:
        """Over the API, with a function key."""
        words = {"decision": decision, "approver": "Ada", "comment": "seen"}
        body = words | {"imageVersionId": _version(record)} | changes
        said = await self._app.http("POST", f"migrations/{instance_id_for(image_id)}/approval", body)
        self._note(decision, record, _counts(said), by="Ada", version=str(body["imageVersionId"]), forged=forged)
        return said

    def raise_approval(self, image_id: str, decision: Decision, record: Mapping[str, Any], callback: str) -> None:
        """By an event of the hub's, as whoever has its system key may; it counts with the question's callback alone."""
        body = {"decision": decision, "approver": "Ada", "imageVersionId": _version(record), "callback": callback}
        asked = (record.get("run") or {}).get("question") or {}
        is_forged = callback != asked.get("callback")
        self.raise_event(instance_id_for(image_id), names.APPROVAL_EVENT, body)
        self._note(decision, record, None, by="Ada", forged=is_forged)

    def raise_event(self, instance_id: str, name: str, payload: Any) -> None:
        self._trace.note("event by hand", instance=instance_id, name=name)
        if instance_id in self._hub.instances():
            self._hub.raise_event(instance_id, name, payload)

    def letters(self, about: str) -> list[Letter]:
        """Those with a question about the image of this id, the latest last."""
        return [one for one in self._post.letters if one.asks and instance_id_for(about) in " ".join(one.paths)]

    async def answer(self, letter: Letter, decision: Decision, record: Mapping[str, Any]) -> Said:
        """On the page behind a link: open it, read it, fill in the form, send it."""
        path = next(path for path in letter.paths if record.get("migrationId", "") in path)
        page = await self._app.http("GET", path)
        if page.status != 200:
            return page
        named = _NAME.search(page.text)
        entered = {"looked": "yes", "comment": "seen", "approver": "Ada", "decision": decision}
        form = hidden_fields(page.text) | entered | ({"image": html.unescape(named[1])} if named else {})
        return await self.send(path, form, page.headers.get("Set-Cookie", "").partition(";")[0], record, letter.to)

    async def send(
        self, path: str, form: dict[str, str], cookie: str, record: Mapping[str, Any], name: str = ""
    ) -> Said:
        """Send a form, for the first time or again."""
        headers = {"Cookie": cookie, "Host": "app.example.net", "Origin": "https://app.example.net"}
        self.sent_forms.append((path, form, cookie, dict(record), name))
        said = await self._app.http("POST", path, form=form, headers=headers)
        self._note(form["decision"], record, _counts(said), by=name or form["approver"])
        return said

    def _note(
        self,
        decision: Any,
        record: Mapping[str, Any],
        accepted: bool | None,
        *,
        by: str,
        version: str = "",
        forged: bool = False,
    ) -> None:
        run = (record.get("run") or {}).get("id", "")
        asked = (record.get("run") or {}).get("question") or {}
        if decision == "approve" and asked and "approve" not in asked["allows"]:
            decision = "accept"  # as which it counts where no delete is asked about
        about = (version or _version(record)).lower()
        self._trace.note("decision", decision=decision, by=by, accepted=accepted, forged=forged, version=about)
        sent = Approval(self._clock.now(), by, about, run, decision, accepted is True, forged, asked.get("id", ""))
        self._decisions.append((sent, accepted is None))

    def approvals(self, counted: Container[tuple[str, str]]) -> list[Approval]:
        """Everything that was decided. Where nobody was told whether it counts, it did if its run took it down."""
        return [
            replace(sent, accepted=_key(sent) in counted and not sent.forged) if is_open else sent
            for sent, is_open in self._decisions
        ]


def _key(sent: Approval) -> tuple[str, str]:
    return sent.question_id or sent.run_id, sent.decision


def _counts(said: Said) -> bool | None:
    """Tell whether the app said that a decision counts; None where nobody knows what it said."""
    return None if said.status in {NO_ANSWER, 503} else said.is_ok


def _version(record: Mapping[str, Any]) -> str:
    return (record.get("run") or {}).get("imageVersionId") or ""
