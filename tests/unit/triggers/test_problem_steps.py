"""Whoever is refused is told what to do, from the same rows as the runbook."""

import json
from typing import Any

import pytest

from dev.picture.codes import TABLES
from migration.values.problems import Problem, RequestInvalidError
from triggers.answering.responding import HttpProblemError, responding


async def refused_with(error: Exception) -> Any:
    async def handler():
        raise error

    return json.loads((await responding(handler())).get_body())


@pytest.mark.parametrize("row", TABLES["answers"], ids=lambda row: row.codes[0])
async def test_a_refused_call_says_what_to_do(row):
    for code in row.codes:
        assert (await refused_with(HttpProblemError(409, "No", "no", code=code)))["nextAction"] == row.do


async def test_a_refusal_of_azures_has_no_step_of_ours():
    assert "nextAction" not in await refused_with(HttpProblemError(502, "No", "no", code="SomethingOfAzures"))


@pytest.mark.parametrize("row", TABLES["Refused"], ids=lambda row: row.codes[0])
async def test_every_field_that_is_not_valid_says_what_to_do(row):
    problems = [Problem(field="gallery", code=code, message="no") for code in row.codes]
    told = await refused_with(RequestInvalidError(problems))
    assert [one["nextAction"] for one in told["errors"]] == [row.do] * len(row.codes)
