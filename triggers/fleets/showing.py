"""How a question of a fleet, and what came of a decision about it, look in the HTTP API."""

from collections.abc import Sequence

from migration.approval.approval import Approval, Decision
from migration.asking.settings import Settings
from migration.promise.shown import users_by_kind
from migration.runbook.guide import answer_step
from migration.telling.answers import CheckShown, Obstacle
from migration.telling.of_fleets.shown import ImageDecided, QuestionShown
from migration.values.ids import instance_id_for
from steering.fleets.approving.asking import SeenQuestion
from steering.fleets.approving.deciding import Result
from steering.gathering.judging import consequence, judged


def counts(seen: Sequence[SeenQuestion]) -> dict[Decision, int]:
    """Return about how many of these images each decision can be taken."""
    return {decision: sum(decision in one.allows for one in seen) for decision in Decision}


def shown(seen: SeenQuestion, settings: Settings) -> QuestionShown:
    """Return a question as it is shown. Where Azure could not be read, no more is known than that it is asked."""
    asked, evidence, member = seen.asked, seen.evidence, seen.open.member
    refusal = judged(asked, evidence, seen.open.held.answered, settings).obstacle if evidence else None
    return QuestionShown(
        number=member.number,
        wave=member.wave,
        owner=member.owner,
        migration_id=asked.migration_id,
        run=asked.run.id,
        source_image_id=asked.plan.source.id,
        image_version_id=asked.version_id,
        shown=seen.named(settings).text,
        allows=seen.allows,
        consequence=consequence(asked, evidence, refusal) if evidence else None,
        obstacle=Obstacle(code=refusal.code, message=refusal.message) if refusal else None,
        checks=[
            CheckShown(words=one.words, met=one.good, blocks=one.blocks, text=one.text, code=one.code)
            for one in (seen.outlook.checks if seen.outlook else [])
        ],
        users=users_by_kind(evidence.users) if evidence else [],
        after_soak=asked.question.soaked_since is not None,
        requested_by=asked.run.requesters[-1].name,
        asked_at=asked.question.asked_at,
        expires_at=asked.question.expires_at,
        read_at=evidence.read_at if evidence else None,
        unread=seen.unread,
        barred=Obstacle(code=seen.barred.code, message=seen.barred.message) if seen.barred else None,
    )


def result_shown(result: Result) -> ImageDecided:
    """Return what came of a decision for one image, with what to do where it does not count."""
    said, member = result.said, result.member
    source = member.request.source_image_id if member else None
    approval, refusal = (said, None) if isinstance(said, Approval) else (None, said)
    return ImageDecided(
        number=result.named.number,
        source_image_id=source,
        migration_id=instance_id_for(source) if source else None,
        run=result.run,
        decided=result.is_decided,
        decision=approval.decision if approval else None,
        code=refusal.code if refusal else None,
        message=refusal.message if refusal else None,
        next_action=answer_step(refusal.code) if refusal else None,
    )
