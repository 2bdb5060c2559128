"""The hub may be busy, and others start the same migration: both are told as what they are, and neither is a 500."""

import json
from typing import Any

import grpc
import pytest
from migration.approval.closing import concluded
from migration.approval.image_record import Stage
from migration.approval.opening import opened
from migration.course.state import MigrationState, Status
from triggers.steering import beginning, hub

from migration.course.starting import Requester
from migration.values.outcome import Outcome, OutcomeKind, Phase
from records.store import hold
from tests.unit.samples import NOW, OWN_ID, make_question, make_start
from triggers.answering.responding import responding


def grpc_error(code: grpc.StatusCode) -> grpc.aio.AioRpcError:
    return grpc.aio.AioRpcError(code, grpc.aio.Metadata(), grpc.aio.Metadata())


class Hub:
    """A hub that takes no starts."""

    def __init__(self, code: grpc.StatusCode) -> None:
        self._code = code

    async def schedule_new_orchestration(self, *_: Any, **__: Any) -> None:
        raise grpc_error(self._code)


def kept() -> hub.Migration:
    outcome = Outcome(kind=OutcomeKind.SOURCE_KEPT, code="ApprovalExpired", reason="r", step=Phase.AWAITING_APPROVAL)
    state = MigrationState(start=make_start(id=OWN_ID), phase=Phase.DONE, outcome=outcome)
    return hub.Migration(OWN_ID, Status.of(state), state, outcome, is_live=False, updated_at=NOW)


async def test_asking_again_while_somebody_starts_the_same_migration_is_a_refusal(records):
    records.apply(OWN_ID, lambda _: opened(None, make_question(start=make_start(id=OWN_ID))))
    records.apply(OWN_ID, lambda record: concluded(record, "question 1", Stage.KEPT, NOW))
    client: Any = Hub(grpc.StatusCode.ALREADY_EXISTS)
    refusal = await beginning.ask_again(client, kept(), await hold(OWN_ID), Requester("Ada"))
    assert refusal is not None
    assert refusal.code == "UnderWay"


@pytest.mark.parametrize("code", [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED])
async def test_a_hub_that_does_not_answer_is_told_as_unavailable(code: grpc.StatusCode):
    async def fails() -> Any:
        raise grpc_error(code)

    answer = await responding(fails())
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert json.loads(answer.get_body())["title"] == "The task hub is unavailable"
