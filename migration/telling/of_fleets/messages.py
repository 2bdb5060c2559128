"""The messages of a fleet: what it asks, how it stands, how it ended. One for each receiver, whatever its size."""

from migration.fleet.told import FleetOccasion
from migration.telling.messages import Line, Message, Severity, shown_requester
from migration.telling.of_fleets.due import asking
from migration.telling.of_fleets.standing import FleetStand, MemberShown, Standing
from migration.values.shortening import short

MOST_NAMED = 10
LONGEST_WHY = 160
_WORDS = {
    Standing.FAILED: "failed",
    Standing.ASKED: "ask",
    Standing.SOAKING: "soak",
    Standing.ON_ITS_WAY: "on their way",
    Standing.WAITING: "not started",
    Standing.KEPT: "kept",
    Standing.MIGRATED: "migrated",
    Standing.PASSED: "passed over",
    Standing.LEFT_OUT: "left out",
}
_EACH_BY_ITSELF = (
    "If you approve, the source images are deleted for good. Test the new versions first. You can leave images out;"
    " each is decided by itself, and one that is asked about later is not covered."
)


def compose_fleet(occasion: FleetOccasion, stand: FleetStand, page: str | None, results: str) -> Message:
    """Write one message. `page` is the receiver's own link, where the fleet is approved as one; `results` the address
    of the file of results, which opens with a key or a sign-in.
    """
    about = [
        Line("Fleet", f"{stand.fleet.name or 'without a name'} ({stand.fleet.id})"),
        Line("Images", counted(stand)),
        Line("Asked for by", shown_requester(stand.fleet.requested_by)),
    ]
    asks, failed = asking(stand), [one for one in stand.members if one.standing is Standing.FAILED]
    about += [Line("Failed", _failed(failed))] if failed else []
    if occasion is not FleetOccasion.ENDED and page is not None and asks:
        about += [Line("Asked about", _named(asks)), *_until(asks), Line("", _EACH_BY_ITSELF)]
    links = [Line("Decide here" if asks else "How it stands", page, is_link=True)] if page is not None else []
    if occasion is FleetOccasion.ENDED or page is None:
        links.append(Line("File of results, with a key or signed in", results, is_link=True))
    return Message(_title(occasion, stand), about + links, _severity(occasion, stand))


def counted(stand: FleetStand) -> str:
    """Say how many images of a fleet stand how."""
    return ", ".join(f"{count} {_WORDS[standing]}" for standing, count in stand.counts.items())


def _title(occasion: FleetOccasion, stand: FleetStand) -> str:
    said = " ".join(stand.fleet.name.split())
    name = f"the fleet {said}" if said else "a fleet"
    many = len(asking(stand))
    images = f"{many} {'image' if many == 1 else 'images'}"
    return {
        FleetOccasion.ASKS: f"Approve the migration of {images} of {name}?",
        FleetOccasion.ESCALATES: f"Nobody has decided yet: approve the migration of {images} of {name}?",
        FleetOccasion.DIGEST: f"How {name} stands: {counted(stand)}",
        FleetOccasion.ENDED: f"The migration of {name} ended: {counted(stand)}",
    }[occasion]


def _severity(occasion: FleetOccasion, stand: FleetStand) -> Severity:
    if stand.counts.get(Standing.FAILED):
        return Severity.FAILURE if occasion is FleetOccasion.ENDED else Severity.WARNING
    if occasion is FleetOccasion.ESCALATES:
        return Severity.WARNING
    return Severity.SUCCESS if occasion is FleetOccasion.ENDED else Severity.INFO


def _named(members: list[MemberShown]) -> str:
    names = [one.member.request.source_image_id.rpartition("/")[2] for one in members[:MOST_NAMED]]
    return f"{', '.join(names)}{_more(members)}"


def _failed(members: list[MemberShown]) -> str:
    """Name some of those that failed, with the reason."""

    def why(one: MemberShown) -> str:
        return short(one.outcome.reason, LONGEST_WHY).rstrip(".") if one.outcome else "it is not known why"

    named = [f"{one.member.request.source_image_id.rpartition('/')[2]} ({why(one)})" for one in members[:MOST_NAMED]]
    return f"{'; '.join(named)}{_more(members)}"


def _more(members: list[MemberShown]) -> str:
    return f" and {len(members) - MOST_NAMED} more" if len(members) > MOST_NAMED else ""


def _until(asks: list[MemberShown]) -> list[Line]:
    """Say until when there is time to decide; the first of many questions to expire counts."""
    ends = [one.status.expires_at for one in asks if one.status and one.status.expires_at]
    return [Line("Expires", f"from {min(ends):%Y-%m-%d %H:%M} UTC on, after which a source is kept")] if ends else []
