"""Letters without end: whatever somebody can send has a bound, and an answer never repeats what went over it.

Regions, keys and plans of 500,000 letters were answered with 202 and carried through states and messages for minutes;
versions of 105 and of 200,005 letters were the engine's own Failed.
"""

import json
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from annotated_types import MaxLen
from pydantic import BaseModel, SecretStr, StringConstraints, WrapValidator
from pydantic.fields import FieldInfo

from migration.approval.approval import ApprovalEvent, ApprovalInvalidError, parse_approval
from migration.asking.orders import CancelOrder, PauseOrder, RunOrder
from migration.asking.platform import RecordsStorage, records_storage
from migration.asking.reading import settings
from migration.asking.request import MigrationRequest
from migration.asking.settings import Settings, SettingsInvalidError
from migration.asking.tags import request_from_tags
from migration.values.lengths import STORED, AtMost
from migration.values.problems import MOST_PROBLEMS, RequestInvalidError
from migration.values.value import Value
from records.runs import keep, runs_before
from records.store import hold
from tests.support.samples import OWN_ID, SOURCE, VERSION, make_record, make_request, make_run

SENT = [MigrationRequest, ApprovalEvent, RunOrder, CancelOrder, PauseOrder, Settings, RecordsStorage]
LONG = 200_005
TAG = "migrate-to-gallery"


def unbounded(where: str, kind: Any, marks: tuple[Any, ...] = ()) -> Iterator[str]:
    """The texts and lists in a type that have no maximum of their own."""
    if get_origin(kind) is Annotated:
        inner, *more = get_args(kind)
        yield from unbounded(where, inner, (*marks, *more))
    elif get_origin(kind) in {Union, UnionType}:
        for one in get_args(kind):
            yield from unbounded(where, one, marks)
    elif kind in {str, SecretStr, bytes, Any, object} or get_origin(kind) in {list, dict, tuple, set}:
        if not any(map(bounds, marks)):
            yield where
        for one in get_args(kind):
            yield from unbounded(f"{where}[]", one)
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from unbounded_fields(kind)


def bounds(mark: Any) -> bool:
    if isinstance(mark, FieldInfo):
        return any(map(bounds, mark.metadata))
    if isinstance(mark, StringConstraints):
        return mark.max_length is not None
    return isinstance(mark, MaxLen) or (isinstance(mark, WrapValidator) and isinstance(mark.func, AtMost))


def unbounded_fields(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield from unbounded(f"{model.__name__}.{name}", field.annotation, tuple(field.metadata))


@pytest.mark.parametrize("model", SENT)
def test_every_text_and_list_that_somebody_can_send_has_a_maximum(model: type[BaseModel]):
    assert list(unbounded_fields(model)) == []


class Inner(Value):
    text: str


class Forgetful(Value):
    text: str
    maybe: str | None = None
    listed: Annotated[list[str], MaxLen(3)] = []
    kind: Literal["a", "b"] = "a"
    bounded: Annotated[str, StringConstraints(max_length=3)] = ""
    by_name: dict[str, int] = {}
    inner: Annotated[list[Inner], MaxLen(3)] = []


def test_the_walk_sees_what_was_forgotten():
    found = [where.removeprefix("Forgetful.") for where in unbounded_fields(Forgetful)]
    assert found == ["text", "maybe", "listed[]", "by_name", "by_name[]", "Inner.text"]


TOO_LONG = [
    ("sourceImageId", SOURCE + "e" * LONG, "sourceImageId"),
    ("gallery", "g" * LONG, "gallery"),
    ("gallery", "/" * LONG, "gallery"),
    ("imageDefinition", "d" * LONG, "imageDefinition"),
    ("version", "0" * 100 + "1.0.0", "version"),
    ("version", "0" * (LONG - 5) + "1.0.0", "version"),
    ("targetRegions", ["w" * LONG], "targetRegions.0.name"),
    ("targetRegions", "w" * LONG, "targetRegions.0.name"),
    ("targetRegions", [f"region{number}" for number in range(101)], "targetRegions"),
    ("endOfLifeDate", "2" * 4_000, "endOfLifeDate"),
    ("endOfLifeDate", "x" * LONG, "endOfLifeDate"),
    ("purchasePlan", "p" * LONG + "/q/n", "purchasePlan"),
    ("purchasePlan", {"publisher": "p", "product": "q" * LONG, "name": "n"}, "purchasePlan"),
    ("purchasePlan", "p" * LONG, "purchasePlan"),
    ("deleteSource", "n" * LONG, "deleteSource"),
    ("publisher", "p" * LONG, "publisher"),
    ("offer", "p" * LONG, "offer"),
    ("sku", "p" * LONG, "sku"),
    ("securityType", "p" * LONG, "securityType"),
    ("features", "n" * LONG, "features.0"),
    ("features", ["nvme"] * 1_000, "features"),
    ("protect", "t" * LONG, "protect"),
    ("encryptionSets", {"eastus": "e" * LONG}, "encryptionSets.0.id"),
    ("encryptionSets", {"e" * LONG: "key"}, "encryptionSets.0.region"),
    ("encryptionSets", "e" * LONG, "encryptionSets.0"),
    ("encryptionSets", {f"region{number}": "key" for number in range(101)}, "encryptionSets"),
    ("u" * LONG, 1, "u"),
]


@pytest.mark.parametrize(("field", "value", "named"), TOO_LONG, ids=[f"{one[2]} {n}" for n, one in enumerate(TOO_LONG)])
def test_what_is_too_long_in_a_request_is_named_and_not_repeated(field: str, value: object, named: str):
    with pytest.raises(RequestInvalidError) as caught:
        MigrationRequest.parse({"sourceImageId": SOURCE} | {field: value})
    assert all(problem.field.startswith(named) for problem in caught.value.problems)
    assert len(json.dumps([problem.dump() for problem in caught.value.problems])) < 10_000


def test_a_flood_of_problems_is_counted_and_not_listed():
    with pytest.raises(RequestInvalidError) as caught:
        MigrationRequest.parse({"sourceImageId": SOURCE} | {f"field{number}": 1 for number in range(5_000)})
    assert len(caught.value.problems) == MOST_PROBLEMS
    assert caught.value.problems[-1].message == "4,901 more problems were found"


@pytest.mark.parametrize("tags", [{TAG: "g" * LONG}, {TAG: "default", f"{TAG}-options": "regions=" + "w" * 249}])
def test_tags_longer_than_those_of_azure_are_a_problem_of_their_key(tags: dict[str, str]):
    with pytest.raises(RequestInvalidError) as caught:
        request_from_tags(SOURCE, tags, TAG)
    assert [problem.field for problem in caught.value.problems] == [list(tags)[-1]]
    assert "256" in caught.value.problems[0].message


@pytest.mark.parametrize(
    ("field", "value"), [("approver", "Ada" * LONG), ("comment", "c" * LONG), ("imageVersionId", "v" * LONG)]
)
def test_what_is_too_long_in_a_decision_is_named_and_not_repeated(field: str, value: str):
    said = {"decision": "approve", "approver": "Ada", "imageVersionId": VERSION} | {field: value}
    with pytest.raises(ApprovalInvalidError) as caught:
        parse_approval(said, VERSION)
    assert [problem.field for problem in caught.value.problems] == [field]
    assert len(str(caught.value)) < 2_000


@pytest.mark.parametrize(
    ("order", "body", "field"),
    [
        (CancelOrder, {"reason": "r" * 1_025}, "reason"),
        (CancelOrder, {"run": "r" * LONG}, "run"),
        (PauseOrder, {"paused": True, "reason": "r" * 1_025}, "reason"),
        (RunOrder, {"run": "r" * 129}, "run"),
    ],
)
def test_a_reason_or_a_run_that_is_too_long_is_named(order: type[RunOrder], body: dict[str, Any], field: str):
    with pytest.raises(RequestInvalidError) as caught:
        order.parse(body)
    assert [problem.field for problem in caught.value.problems] == [field]


def _read_all() -> None:
    settings()
    records_storage()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MIGRATION_TAG", "t" * 505),
        ("MIGRATION_GALLERY", "g" * LONG),
        ("MIGRATION_REGIONS", "w" * LONG),
        ("MIGRATION_APPROVERS", "a" * 257),
        ("MIGRATION_APPROVERS", ",".join(f"a{number}@b" for number in range(301))),
        ("MIGRATION_NOTIFY", "json://" + "h" * 2_048),
        ("MIGRATION_ESCALATE", "json://h " * 301),
        ("MIGRATION_CLOUD", "https://" + "h" * 2_048),
        ("MIGRATION_PUBLIC_URL", "https://" + "h" * 2_048),
        ("MIGRATION_RECORDS", "https://" + "h" * 2_048),
        ("AzureWebJobsStorage__accountName", "a" * 25),
    ],
)
def test_a_setting_that_is_too_long_is_named_and_not_repeated(monkeypatch, name: str, value: str):
    monkeypatch.setenv(name, value[:100_000])  # as much as an environment may hold
    settings.cache_clear()
    with pytest.raises(SettingsInvalidError) as caught:
        _read_all()
    assert {problem.field.partition(".")[0] for problem in caught.value.problems} == {name}
    assert len(str(caught.value)) < 2_000


def of_an_earlier_release() -> MigrationRequest:
    """A request that is too long by today's rules."""
    long = {"targetRegions": ["w" * 500], "version": "0" * 100 + "1.0.0", "purchasePlan": "p" * 500 + "/q/n"}
    return MigrationRequest.model_validate({"sourceImageId": SOURCE} | long, context=STORED)


async def test_what_an_earlier_release_let_in_is_read_all_the_same(records):
    """A record that cannot be read would cost its image: nothing could be asked of it, or told."""
    run = make_run()
    record = make_record(run.changed(start=run.start.changed(request=of_an_earlier_release())))
    assert record.run is not None
    records.put(record)
    await keep(record, record.run)
    held = await hold(OWN_ID)
    assert held.run is not None
    for one in (held.run, held.run.noted("changed"), *await runs_before(OWN_ID, 2, 1)):
        assert one.start.request == of_an_earlier_release()


def test_what_is_within_the_bounds_is_taken():
    asked = make_request(targetRegions=["w" * 64], version="0" * 75 + "1.0.0", purchasePlan="p" * 128 + "/q/n")
    assert asked.version == "0" * 75 + "1.0.0"
    assert CancelOrder.parse({"reason": "r" * 1_024, "run": None}).reason == "r" * 1_024
