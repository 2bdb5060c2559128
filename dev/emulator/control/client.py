"""The control plane as a small synchronous client, for tests, demos and scripts."""

from collections.abc import Mapping, Sequence
from typing import Any

import requests


class ControlRefusedError(Exception):
    """The control plane answered with an error; the text says why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status}: {reason}")
        self.status = status


class Control:
    """One method per endpoint of /_emulator/; arguments and answers are the JSON of the endpoint."""

    def __init__(self, url: str, ca_file: str) -> None:
        self._url = f"{url}/_emulator"
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy, no other certificates
        self._session.verify = ca_file

    def close(self) -> None:
        self._session.close()

    def state(self) -> dict[str, Any]:
        return self._ask("GET", "state")  # type: ignore[no-any-return]  # JSON of the endpoint

    def calls(self) -> list[dict[str, Any]]:
        return self._ask("GET", "calls")  # type: ignore[no-any-return]  # JSON of the endpoint

    def storage_calls(self) -> list[dict[str, Any]]:
        """Those on table storage, which `calls` and `state` leave out."""
        return self._ask("GET", "storage-calls")  # type: ignore[no-any-return]  # JSON of the endpoint

    def put_entities(self, table: str, entities: Sequence[Mapping[str, Any]]) -> None:
        """Write rows of a table that exists, as a client of table storage spells them."""
        self._ask("PUT", "entities", body={"table": table, "entities": entities})

    def reset(self) -> None:
        self._ask("POST", "reset")

    def advance(self, seconds: float) -> str:
        """Moves emulated time forward; answers the new time (ISO 8601)."""
        return str(self._ask("POST", "clock", body={"advanceSeconds": seconds})["now"])

    def set_speed(self, factor: float) -> str:
        return str(self._ask("POST", "clock", body={"speed": factor})["now"])

    def resource(self, resource_id: str) -> dict[str, Any] | None:
        """The raw resource, or None if there is none."""
        try:
            return self._ask("GET", "resources", {"id": resource_id})  # type: ignore[no-any-return]  # JSON of the endpoint
        except ControlRefusedError as refused:
            if refused.status == 404:
                return None
            raise

    def put_resource(self, document: Mapping[str, Any]) -> dict[str, Any]:
        return self._ask("PUT", "resources", body=document)  # type: ignore[no-any-return]  # JSON of the endpoint

    def delete_resource(self, resource_id: str) -> None:
        self._ask("DELETE", "resources", {"id": resource_id})

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Changes settings by their JSON names, e.g. settings(replicationSeconds={"westus": 900})."""
        return self._ask("PUT", "settings", body=changes)  # type: ignore[no-any-return]  # JSON of the endpoint

    def add_fault(self, **fault: Any) -> dict[str, Any]:
        """What goes wrong next, by its JSON names, e.g. add_fault(method="PUT", path="/versions/", drop="after")."""
        return self._ask("POST", "faults", body=fault)  # type: ignore[no-any-return]  # JSON of the endpoint

    def faults(self) -> list[dict[str, Any]]:
        """Those that are still to be played."""
        return self._ask("GET", "faults")  # type: ignore[no-any-return]  # JSON of the endpoint

    def remove_faults(self, **which: str) -> None:
        """All, or the one of this `id`; what they delay goes on."""
        self._ask("DELETE", "faults", which)

    def begin_journal(self) -> None:
        """Have every write noted from now on, with what existed as it came in."""
        self._ask("POST", "journal")

    def journal(self, after: int = 0) -> dict[str, Any]:
        """The `entries` after so many, and what the world `holds` `now`."""
        return self._ask("GET", "journal", {"after": str(after)})  # type: ignore[no-any-return]  # JSON of the endpoint

    def events(self) -> list[dict[str, Any]]:
        return self._ask("GET", "events")  # type: ignore[no-any-return]  # JSON of the endpoint

    def subscribe(
        self, endpoint: str, schema: str = "EventGridSchema", wanted: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Creates an event subscription; returns when the endpoint has passed the handshake.

        `wanted` is the subscription's filter, as Azure writes it; without one, everything is wanted.
        """
        wish = {"endpoint": endpoint, "schema": schema, "filter": wanted or {}}
        return self._ask("POST", "event-subscriptions", body=wish)  # type: ignore[no-any-return]  # JSON of the endpoint

    def redeliver(self, event_id: str, times: int = 1) -> None:
        self._ask("POST", "event-subscriptions/redeliver", body={"eventId": event_id, "times": times})

    def _ask(self, method: str, path: str, query: Mapping[str, str] | None = None, body: Any = None) -> Any:
        answer = self._session.request(method, f"{self._url}/{path}", params=query, json=body, timeout=60)
        if not answer.ok:
            raise ControlRefusedError(answer.status_code, answer.text)
        return answer.json() if answer.content else None
