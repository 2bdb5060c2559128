"""What the app signs: links that let a human decide, and starts. Worthless for any other purpose or question."""

import hashlib
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_decode, base64_encode
from pydantic import ValidationError

from migration.asking.settings import Settings
from migration.values.record import Record

LINK_PURPOSE = "approval-link"


class ApprovalLink(Record):
    """What the token of a link stands for: one question, by its secret id, and whom the link was sent to.

    `approver` is None for a channel of several people. When it expires, the record says.
    """

    migration_id: str
    question: str
    approver: str | None


class LinkInvalidError(ValueError):
    """A token that was forged or altered."""


class SigningKeyMissingError(Exception):
    """MIGRATION_SIGNING_KEY is not set: nothing can be signed, and no signature trusted."""


class Signer:
    """Signs with the current key; accepts the previous one too, so that keys can be changed while links are out."""

    def __init__(self, settings: Settings, purpose: str) -> None:
        if settings.signing_key is None:
            raise SigningKeyMissingError("MIGRATION_SIGNING_KEY is not set")
        keys = [key.get_secret_value() for key in (settings.signing_key_previous, settings.signing_key) if key]
        self._serializer = URLSafeSerializer(keys, salt=purpose, signer_kwargs={"digest_method": hashlib.sha256})

    def sign(self, record: Record) -> str:
        return str(self._serializer.dumps(record.dump()))

    def read[Signed: Record](self, token: str, kind: type[Signed]) -> Signed:
        """Return what was signed; raises LinkInvalidError for what we did not sign for this purpose."""
        try:
            if not _is_canonical(token):
                raise LinkInvalidError("the link is not one of ours")
            content: Any = self._serializer.loads(token)
            return kind.model_validate(content)
        except (BadData, ValidationError, UnicodeError) as error:
            raise LinkInvalidError("the link is not one of ours") from error


def _is_canonical(token: str) -> bool:
    """Tell whether the signature is spelt as we spell it: base64 has spare bits, padding and characters it skips, so
    that several texts would stand for one signature.
    """
    signature = token.rpartition(".")[2]
    return base64_encode(base64_decode(signature)).decode() == signature
