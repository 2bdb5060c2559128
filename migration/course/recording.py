"""The tags a migration leaves at its end: on the version it finished, on a source that survived."""

from collections.abc import Mapping

from migration.approval.approval import Decision, identity_of
from migration.asking.tags import status_key
from migration.record.question import Decided
from migration.record.run import Run
from migration.resources.provenance import OUTCOME_TAG, SOURCE_TAG
from migration.runbook.guide import guide
from migration.runbook.row import FOR_TAG
from migration.values.azure_rules import LONGEST_TAG_VALUE
from migration.values.outcome import Outcome, OutcomeKind
from migration.values.tags import find_tag

REJECTED_DELETE = "reject the delete"


def version_tags(run: Run, outcome: Outcome | None) -> dict[str, str]:
    """Return what the version's tags say of its migration. After a soak, a rejection is one of the delete alone; where
    nobody answered, whoever accepted the version before has decided about it.
    """
    accepted = run.decisions[-1] if run.soak is not None and run.decisions else None
    tags = outcome_tags(outcome, run.decided or accepted)
    is_of_delete = run.question is not None and run.question.soaked_since is not None
    is_rejected = run.decided is not None and run.decided.approval.decision is Decision.REJECT
    return tags | {"decision": REJECTED_DELETE} if is_of_delete and is_rejected else tags


def outcome_tags(outcome: Outcome | None, decided: Decided | None) -> dict[str, str]:
    """Return what the version's tags say of a finished migration: outcome, and who decided, when, where and why."""
    tags = {OUTCOME_TAG: outcome.kind.value, SOURCE_TAG: _what_became_of_source(outcome)} if outcome else {}
    if decided is not None:
        approval = decided.approval
        tags["decision"] = approval.decision.value  # one set of tags, so that a later decision replaces it
        tags["decided-by"] = approval.approver
        tags["decided-at"] = decided.at.isoformat(timespec="seconds")
        tags["decided-via"] = f"{approval.via}, {identity_of(approval)}"
        tags |= {"decision-checks": "; ".join(approval.checks)} if approval.checks else {}
        tags |= {"decision-comment": approval.comment} if approval.comment else {}
    return {name: _fitting(value) for name, value in tags.items()}


def _what_became_of_source(outcome: Outcome) -> str:
    if not outcome.is_source_gone:
        return outcome.source.value
    return f"{outcome.source}: this {'is' if outcome.only_copy else 'may be'} the only copy"


def _fitting(value: str, most: int = LONGEST_TAG_VALUE) -> str:
    """Cut by units of UTF-16, of which a picture is two: one value that is too long keeps all tags from being set."""
    return value.encode("utf-16-le", "replace")[: 2 * most].decode("utf-16-le", "ignore")


BY_REQUEST = "request"
LONGEST_CODE = 80  # it may be Azure's
BY_PEOPLE = {"Accepted", "Rejected", "Cancelled"}  # whose reasons are people's names and words, and no tag's


def status_tags(run: Run, key: str) -> dict[str, str]:
    """Return the tag that tells, on a surviving source, how the migration ended, what to do, and for which request.

    The fingerprint is its last word. A request over HTTP answers no tag, so that its end bears no tag's fingerprint. A
    refused one leaves nothing behind: its answer is in the API. A refused tag is answered where it was asked.
    """
    outcome, by_request = run.outcome, run.start.asked_by == "request"
    if outcome is None or (outcome.kind is OutcomeKind.REFUSED and by_request):
        return {}
    fingerprint = BY_REQUEST if by_request else run.start.fingerprint
    said = f"{outcome.kind} {outcome.code[:LONGEST_CODE]} - {guide(outcome, FOR_TAG).step}"
    said += "" if outcome.code in BY_PEOPLE else f" Reason: {outcome.reason}"
    return {status_key(key): f"{_by_words(said, LONGEST_TAG_VALUE - len(fingerprint) - 1)} {fingerprint}"}


def _by_words(text: str, most: int) -> str:
    """Cut a text after a word."""
    flat = " ".join(text.split())
    kept = _fitting(flat, most)
    return flat if kept == flat else f"{_fitting(flat, most - 2).rpartition(' ')[0]} …"


def recorded_fingerprint(tags: Mapping[str, str], key: str) -> str | None:
    """Return the fingerprint of the request that last ended on this image, from its status tag."""
    words = (find_tag(tags, status_key(key)) or "").split()
    return words[-1] if words else None
