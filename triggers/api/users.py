"""Who uses a source, and what to change of each so that it goes to the version instead: nothing is changed here."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import azure.durable_functions as df
import azure.functions as func

from arm.resources.machines import find_upgrade_mode
from arm.transport.errors import ArmError
from migration.asking.reading import settings
from migration.plan.plan import Plan
from migration.promise.evidence import Consumer
from migration.promise.users import not_read, unseen
from migration.record.run import Run
from migration.telling.users import UserShown, UsersShown
from migration.users.changing import Target, change_of
from migration.users.kinds import SCALE_SETS, blocking, kind_of
from steering.gathering.evidence import find_users
from triggers.answering.calls import Call
from triggers.answering.parameters import place, whole, words
from triggers.answering.responding import HttpProblemError, json_response
from triggers.api.viewing import api_address, links, next_link
from triggers.finding.migrations import find_migration

blueprint = df.Blueprint()

USERS_PER_PAGE = 100
LARGEST_PAGE = 500
LIFETIME = timedelta(minutes=5)  # of a listing, for the pages after the first
AT_ONCE = 4
USERS = Call(
    "GET",
    "migrations/{id}/users",
    "Lists who uses the source, with what to change of each so that it goes to the version instead.",
    query=(
        whole("top", f"most of a page; {USERS_PER_PAGE} where nothing is said", LARGEST_PAGE),
        words("kind", "only those of these kinds, by their keys"),
        place(r"/subscriptions/[^\x00-\x1f]{1,1000}"),
    ),
    gives=UsersShown,
    refuses=(404, 409),
)


@blueprint.route(USERS.path, methods=USERS.methods)
async def get_users(req: func.HttpRequest) -> func.HttpResponse:
    return await USERS.answer(req, _users(req))


async def _users(req: func.HttpRequest) -> func.HttpResponse:
    """200 with a page of users, whether the migration goes on or has ended; 409 before it has a plan."""
    found = await find_migration(req)
    given, run = USERS.given(req), found.run
    plan = _plan(run)
    version_id = run.image_version_id or plan.image_version_id
    age = LIFETIME if given["after"] else timedelta(0)
    evidence = await find_users(plan.source.id, version_id, datetime.now(UTC) - age)
    every = {one.id: one for one in evidence.users}
    wanted = [one for key, one in sorted(every.items()) if not given["kind"] or one.kind in given["kind"]]
    rest = [one for one in wanted if one.id > (given["after"] or "")]
    page = rest[: given["top"] or USERS_PER_PAGE]
    here = USERS._replace(path=f"migrations/{found.id}/users")
    shown = UsersShown(
        id=found.id,
        run=run.id,
        source_image_id=plan.source.id,
        image_definition_id=plan.definition.id,
        image_version_id=version_id,
        users=await _shown(page, Target(plan.definition.id, version_id), blocking(settings().block_on)),
        counts=dict(sorted(Counter(one.kind for one in wanted).items())),
        not_looked_for=[*not_read(evidence), *unseen(evidence)],
        read_at=evidence.read_at,
        next_link=next_link(here, req, given, page[-1].id if len(page) < len(rest) else None),
        links=links(found.id, api_address(req)),
    )
    return json_response(shown.dump())


def _plan(run: Run) -> Plan:
    if run.plan is None:
        detail = f"The migration is in phase {run.phase}, and has no plan: its users cannot be told where to go."
        raise HttpProblemError(409, "No plan", detail, code="NoPlan")
    return run.plan


async def _shown(users: Iterable[Consumer], target: Target, blocks: frozenset[str]) -> list[UserShown]:
    limit = asyncio.Semaphore(AT_ONCE)

    async def shown(user: Consumer) -> UserShown:
        async with limit:
            upgrades = await _upgrades(user)
        return UserShown(
            id=user.id,
            kind=user.kind,
            words=user.words,
            effect=kind_of(user.kind).effect,
            blocks=user.kind in blocks,
            change=change_of(user.kind, user.id, target, upgrades),
        )

    return list(await asyncio.gather(*map(shown, users)))


async def _upgrades(user: Consumer) -> str | None:
    """Return how a scale set takes up a new model; None where it does not say, or cannot be read."""
    try:
        return await find_upgrade_mode(user.id) if user.kind == SCALE_SETS.key else None
    except ArmError:
        return None
