"""Step 7: whether an answer counts. The signature is checked here, because an orchestrator may hold no key."""

import json
import logging

from migration.admission import Admission, Proof, admit, proves
from migration.answer import Refusal
from migration.approval import Approval
from migration.audit import decision_record
from migration.links import PROOF_PURPOSE, LinkInvalidError, Signer, SigningKeyMissingError
from migration.seal import seal
from migration.settings import Settings, settings

_LOG = logging.getLogger(__name__)


async def admit_approval(admission: Admission) -> Approval | Refusal:
    """Admit or refuse; one log record for each decision, as JSON, with what the audit needs and no claims."""
    current = settings()
    result = admit(admission, _proof(admission, current), current)
    _LOG.info(json.dumps(decision_record(admission.migration_id, admission.round, admission.event, result)))
    if isinstance(result, Refusal):
        return result
    return seal(result, admission.migration_id, admission.plan, current)


def _proof(admission: Admission, current: Settings) -> Proof | None:
    """Return the proof that came with the answer, if we signed it and it is for this very answer."""
    if admission.event.proof is None:
        return None
    try:
        proof = Signer(current, PROOF_PURPOSE).read(admission.event.proof, Proof)
    except (LinkInvalidError, SigningKeyMissingError):
        return None
    return proof if proves(proof, admission) else None
