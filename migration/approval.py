"""Approvals: the event's payload is hostile input until it has passed through here."""

import json
from enum import StrEnum
from typing import Annotated, Any

from pydantic import StringConstraints, ValidationError

from migration.ids import same_id
from migration.problems import Problem, RequestInvalidError, problems_of
from migration.record import Record


class Decision(StrEnum):
    """What a human decided."""

    APPROVE = "approve"
    REJECT = "reject"


# A name people can read in a tag and a log: something visible, no control or direction-changing characters.
Approver = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=256, pattern=r"^\P{C}*\w\P{C}*$")
]
Comment = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1024)]


class Approval(Record):
    """A named human's decision about one image version. Counts only for the version it names."""

    decision: Decision
    approver: Approver
    image_version_id: str
    comment: Comment = ""


class ApprovalInvalidError(RequestInvalidError):
    """An approval that does not count, with every reason."""


def parse_approval(payload: Any, image_version_id: str | None) -> Approval:
    """Read an approval for this image version from untrusted JSON; raises ApprovalInvalidError otherwise."""
    try:
        approval = Approval.model_validate_json(json.dumps(payload), strict=True)
    except RecursionError as error:
        raise ApprovalInvalidError(
            [Problem(field="body", code="Invalid", message="it is nested too deeply")]
        ) from error
    except ValidationError as error:
        raise ApprovalInvalidError(problems_of(error)) from error
    if not same_id(approval.image_version_id, image_version_id):
        message = "it names another image version than the one to be approved"
        raise ApprovalInvalidError([Problem(field="imageVersionId", code="OtherVersion", message=message)])
    return approval
