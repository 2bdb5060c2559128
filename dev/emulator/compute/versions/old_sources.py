"""Versions before api-version 2019-07-01, which named their managed image in the publishing profile.

Requests are read into today's form; answers are shown in the old one. Updates were answered 202 in 2018.
"""

from copy import deepcopy
from typing import Any

from dev.emulator.vocabulary.request import ArmRequest, ArmResponse

_IN_STORAGE_PROFILE_SINCE = "2019-07-01"
_UPDATES_ANSWER_200_SINCE = "2019-03-01"
Document = dict[str, Any]


def read(request: ArmRequest) -> Document:
    """The body as today's api-versions have it."""
    body = deepcopy(request.body)
    if not _is_old(request):
        return body
    properties = _object(body, "properties")
    named = _object(_object(properties, "publishingProfile").pop("source", None) or {}, "managedImage")
    if "id" in named:
        properties["storageProfile"] = {"source": {"id": named["id"]}}
    return body


def shown(request: ArmRequest, document: Document) -> Document:
    """The document as this api-version has it."""
    if not _is_old(request):
        return document
    properties = document["properties"]
    storage = properties.pop("storageProfile", {})
    source = storage.pop("source", None)
    if source and "id" in source:
        properties["publishingProfile"]["source"] = {"managedImage": {"id": source["id"]}}
    if storage:
        storage.get("osDiskImage", {}).pop("source", None)
        properties["storageProfile"] = storage
    return document


def accepted(request: ArmRequest, answer: ArmResponse) -> ArmResponse:
    """The answer to a write."""
    answer.body = shown(request, answer.body)
    if request.api_version < _UPDATES_ANSWER_200_SINCE and answer.status == 200:
        answer.status = 202
        answer.headers["Location"] = answer.headers["Azure-AsyncOperation"]
    return answer


def _is_old(request: ArmRequest) -> bool:
    return request.api_version < _IN_STORAGE_PROFILE_SINCE


def _object(holder: Document, name: str) -> Document:
    """What is there if it is an object; whatever else a client sent is for the checks of the body to refuse."""
    value = holder.get(name)
    return value if isinstance(value, dict) else {}
