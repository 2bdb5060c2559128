"""When people are told of a fleet: once when it asks, once each so often, once at its end; not image by image."""

from datetime import datetime, timedelta

from migration.fleet.fleet import FleetApproval, FleetStage
from migration.fleet.told import FleetOccasion, FleetTold
from migration.telling.of_fleets.standing import FleetStand, MemberShown, Standing

A_DAY = timedelta(days=1)  # between two digests, unless MIGRATION_NOTIFY_DIGEST says less


def occasion_due(
    stand: FleetStand, told: FleetTold, now: datetime, rhythm: timedelta, escalation: timedelta
) -> FleetOccasion | None:
    """Return what people are to be told of now, or None. `rhythm` is the time between two digests of news.

    That images ask still is told once a day, however short the rhythm. Where each is approved by itself, it is looked
    at in the rhythm what each owes, reminders too: nothing is sent then where nothing is owed.
    """
    if is_over(stand):
        return None if told.ended else FleetOccasion.ENDED
    if any(is_through(stand, one.member.wave, now) for one in newly_asked(stand, told)):
        return FleetOccasion.ASKS
    reminds_after = rhythm if stand.fleet.terms.approval is FleetApproval.EACH else max(rhythm, A_DAY)
    since, has_news = now - told.at, any(_has_come_to_something(one, told) for one in stand.members)
    if (has_news and since >= rhythm) or (asking(stand) and since >= reminds_after):
        return FleetOccasion.DIGEST
    return FleetOccasion.ESCALATES if _escalates(stand, told, now, escalation) else None


def is_over(stand: FleetStand) -> bool:
    """Tell whether nothing of a fleet is to come any more: what waits is never started once it was cancelled."""
    ongoing = {Standing.ON_ITS_WAY, Standing.ASKED, Standing.SOAKING}
    starts = stand.fleet.stage in {FleetStage.RUNNING, FleetStage.PAUSED}
    return not any(one.standing in ongoing or (starts and one.standing is Standing.WAITING) for one in stand.members)


def is_through(stand: FleetStand, wave: int, now: datetime) -> bool:
    """Tell whether all images of a wave that can ask do so: none is on its way, or will be within a day.

    What waits in a fleet that is not going on keeps nobody waiting. A soak that ends within a day is waited for, so
    that fifty of them do not ask one by one: the digest of a day tells what waited too long.
    """
    return not any(_comes_soon(one, stand.fleet.stage, now) for one in stand.members if one.member.wave == wave)


def _comes_soon(one: MemberShown, stage: FleetStage, now: datetime) -> bool:
    if one.standing is Standing.WAITING:
        return stage is FleetStage.RUNNING
    if one.standing is Standing.SOAKING:
        ends_at = one.status.soak_until if one.status else None
        return ends_at is not None and ends_at - now < A_DAY
    return not one.is_past_its_question


def asking(stand: FleetStand) -> list[MemberShown]:
    """Return the images that ask now."""
    return [one for one in stand.members if one.standing is Standing.ASKED]


def newly_asked(stand: FleetStand, told: FleetTold) -> list[MemberShown]:
    """Return those whose question nobody was told of yet."""
    return [one for one in asking(stand) if (at := asked_at(one)) is not None and at > told.covers]


def asked_at(one: MemberShown) -> datetime | None:
    return one.status.asked_at if one.status else None


def covers(stand: FleetStand, told: FleetTold) -> datetime:
    """Return until when the questions were asked that a message of now is about."""
    return max([told.covers, *(at for one in asking(stand) if (at := asked_at(one)) is not None)])


def _has_come_to_something(one: MemberShown, told: FleetTold) -> bool:
    """Tell whether an image has come to something that people decide, or were waiting for: how far it is on its way is
    none, nor that a reminder of its question was counted.
    """
    if one.status is None or one.status.updated_at <= told.at:
        return False
    if one.standing is Standing.ASKED:
        return (at := asked_at(one)) is not None and at > told.covers
    return one.is_past_its_question


def _escalates(stand: FleetStand, told: FleetTold, now: datetime, escalation: timedelta) -> bool:
    """Tell whether a question of a fleet that is approved as one has waited so long that others are told."""
    if stand.fleet.terms.approval is not FleetApproval.FLEET:
        return False  # each image owes that by itself
    waiting = [at for one in asking(stand) if (at := asked_at(one)) is not None and now - at >= escalation]
    return any(told.escalated is None or at > told.escalated for at in waiting)
