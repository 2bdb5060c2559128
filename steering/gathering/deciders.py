"""Who could ever decide about a migration, by the addresses and the rules of now. Reads nothing from Azure."""

from migration.approval.admission import unapprovable
from migration.asking.platform import platform
from migration.asking.settings import Settings
from migration.asking.start import MigrationStart
from migration.plan.plan import Findings
from migration.telling.receivers import receivers

NOBODY = "NobodyCanApprove"


def check_deciders(start: MigrationStart, current: Settings, findings: Findings) -> None:
    """Find out before anything is copied that nobody could approve it.

    Where people sign in, any of them may turn out to be an approver, or ask again: that is nothing to be known here.
    """
    if platform().authentication_is_on:
        return
    links = [address.name for addresses in receivers(current).values() for address in addresses]
    if refusal := unapprovable(links, [start.requester_ids], current):
        findings.problem("deleteSource", NOBODY, f"nobody could ever approve this: {refusal.message}")
