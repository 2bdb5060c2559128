"""Step 7: whether an answer counts. The signature is checked here, because an orchestrator may hold no key."""

import logging

from migration.admission import Admission, Proof, admit, proves
from migration.answer import Refusal
from migration.approval import Approval
from migration.links import PROOF_PURPOSE, LinkInvalidError, Signer, SigningKeyMissingError
from migration.settings import Settings, settings

_LOG = logging.getLogger(__name__)


async def admit_approval(admission: Admission) -> Approval | Refusal:
    """Admit or refuse; one log record for each decision, with what the audit needs and no claims."""
    current = settings()
    result = admit(admission, _proof(admission, current), current)
    extra = {"migration": admission.migration_id, "version": admission.event.image_version_id}
    _LOG.info("decision on %s: %s", admission.migration_id, result.model_dump_json(by_alias=True), extra=extra)
    return result


def _proof(admission: Admission, current: Settings) -> Proof | None:
    """Return the proof that came with the answer, if we signed it and it is for this very answer."""
    if admission.event.proof is None:
        return None
    try:
        proof = Signer(current, PROOF_PURPOSE).read(admission.event.proof, Proof)
    except (LinkInvalidError, SigningKeyMissingError):
        return None
    return proof if proves(proof, admission) else None
