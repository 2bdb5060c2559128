"""Holds an answer against the OpenAPI document: its status, its type and every field of it, none beside."""

from typing import Any

import requests
from jsonschema import Draft202012Validator, FormatChecker

TOO_NEW = "was written by a newer version of this app"  # another release beside this one may answer: that passes


def strict(schema: Any) -> Any:
    """Return a schema with nothing allowed but what it names."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: strict(value) for key, value in schema.items()}
    return found | {"additionalProperties": False} if "properties" in schema else found


class Described:
    """The document's word on answers; where `more` is in stored values than this release knows, it is handed on."""

    def __init__(self, document: Any, *, more: bool = False) -> None:
        self.document, self._more = document, more
        self._strict = document["components"] if more else strict(document["components"])
        self._validators: dict[tuple[str, str, int], Draft202012Validator] = {}

    def holds(self, method: str, route: str, answer: requests.Response, sent: Any) -> None:
        told = f"{method} {route}: {answer.status_code} {answer.text[:1000]} to {str(sent)[:2000]}"
        assert answer.status_code < 500 or TOO_NEW in answer.text, told
        assert answer.headers["Cache-Control"] == "no-store", told
        media = answer.headers["Content-Type"].partition(";")[0]
        responses = self.document["paths"][route][method.lower()]["responses"]
        if set(responses) == {"default"}:  # a page
            assert media in responses["default"]["content"], told
            return
        assert str(answer.status_code) in responses, told
        assert media in responses[str(answer.status_code)]["content"], told
        if media == "text/csv":
            assert answer.status_code == 200, told
            return
        validator = self._validator(method, route, answer.status_code, media)
        wrong = [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(answer.json())]
        assert wrong == [], f"{wrong} {told}"

    def _validator(self, method: str, route: str, status: int, media: str) -> Draft202012Validator:
        key = (method, route, status)
        if key not in self._validators:
            answers = self.document["paths"][route][method.lower()]["responses"]
            schema = answers[str(status)]["content"][media]["schema"]
            components = self._strict if status < 400 else self.document["components"]
            self._validators[key] = Draft202012Validator(
                {**(schema if self._more else strict(schema)), "components": components}, format_checker=FormatChecker()
            )
        return self._validators[key]
