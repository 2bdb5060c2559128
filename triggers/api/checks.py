"""What the approval page shows, for programs: whoever decides over the API sees first what would come of it."""

from datetime import UTC, datetime

import azure.durable_functions as df
import azure.functions as func

from migration.asking.reading import settings
from migration.plan.galleries import guards
from migration.promise.checks import Check
from migration.promise.shown import kinds_shown, regions_judged, remarks, users_by_kind
from migration.promise.users import UNSEEN
from migration.record.asked import Asked, asked_of
from migration.telling.answers import CheckShown, ChecksShown, Obstacle
from migration.users.kinds import blocking
from steering.gathering.judging import consequence, judged
from steering.gathering.recent_evidence import fresh_evidence
from steering.gathering.soaked import since_soak
from triggers.answering.calls import Call
from triggers.answering.responding import HttpProblemError, json_response
from triggers.api.viewing import api_address, links
from triggers.finding.migrations import Found, find_migration

blueprint = df.Blueprint()

CHECKS = Call(
    "GET",
    "migrations/{id}/checks",
    "Shows what a decision about an open question would do, read anew.",
    gives=ChecksShown,
    refuses=(404, 409),
)


@blueprint.route(CHECKS.path, methods=CHECKS.methods)
async def get_checks(req: func.HttpRequest) -> func.HttpResponse:
    return await CHECKS.answer(req, _checks(req))


async def _checks(req: func.HttpRequest) -> func.HttpResponse:
    """200 with what is true now; 409 where nothing is asked. Decides nothing: all is checked again before a delete."""
    found = await find_migration(req)
    asked = _open_question(found)
    evidence = await fresh_evidence(asked)
    checks, refusal, losses = judged(asked, evidence, found.held.answered, settings())
    shown = ChecksShown(
        id=found.id,
        run=asked.run.id,
        image_version_id=asked.version_id,
        source_image_id=asked.plan.source.id,
        checks=[_check_shown(check) for check in checks],
        not_looked_for=UNSEEN,
        obstacle=Obstacle(code=refusal.code, message=refusal.message) if refusal else None,
        consequence=consequence(asked, evidence, refusal),
        users=users_by_kind([*evidence.consumers, *evidence.machines]),
        mentions=users_by_kind(evidence.mentions),
        kinds=kinds_shown(evidence, blocking(settings().block_on)),
        locks=evidence.locks,
        regions=regions_judged(asked.plan, evidence.version),
        losses=losses,
        remarks=remarks(asked.plan, evidence.version),
        guards=guards(asked.plan, evidence.version, datetime.now(UTC)),
        since_soak=await since_soak(asked),
        allows=asked.question.allows,
        asked_at=asked.question.asked_at,
        expires_at=asked.question.expires_at,
        requested_by=asked.run.requesters[-1].name,
        read_at=evidence.read_at,
        links=links(found.id, api_address(req)),
    )
    return json_response(shown.dump())


def _open_question(found: Found) -> Asked:
    """Return the question that waits for a decision; raises HttpProblemError 409 where there is none."""
    asked = asked_of(found.id, found.run)
    if asked is None or not asked.is_open:
        detail = f"The migration is in phase {found.run.phase}, and waits for no decision."
    elif datetime.now(UTC) >= asked.question.expires_at:
        detail = "Nobody decided in time."
    else:
        return asked
    raise HttpProblemError(409, "Nothing is asked", detail, code="NothingAsked")


def _check_shown(check: Check) -> CheckShown:
    return CheckShown(words=check.words, met=check.good, blocks=check.blocks, text=check.text, code=check.code)
