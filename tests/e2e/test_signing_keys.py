"""Without a key worth the name nothing is asked, promoted or deleted, and the app says so as early as it can."""

import pytest

from tests.e2e.app import outcome
from tests.e2e.conftest import running_app

REFERENCE = "@Microsoft.KeyVault(SecretUri=https://vault.example/secrets/signing-key/0123456789)"


@pytest.mark.parametrize("setting", ["MIGRATION_SIGNING_KEY", "MIGRATION_SIGNING_KEY_PREVIOUS"])
@pytest.mark.parametrize("key", ["a", "k" * 31, REFERENCE], ids=["one letter", "too short", "unresolved reference"])
def test_a_key_that_is_none_is_refused_by_name_and_not_shown(azure, setting, key):
    with running_app(azure, **{setting: key}) as app:
        answer = app.call("POST", "migrations", {"sourceImageId": azure.seed_image("unsigned")})
        assert answer.status_code == 500
        assert [problem["field"] for problem in answer.json()["errors"]] == [setting]
        assert key not in answer.text or key == "a"


def test_without_a_key_the_source_is_kept_and_the_plan_says_so(azure):
    with running_app(azure, MIGRATION_SIGNING_KEY="") as app:
        image = azure.seed_image("unsigned")
        assert "MIGRATION_SIGNING_KEY" in str(app.plan(image).json()["notes"])
        ended = app.ended(app.start(image))
    assert outcome(ended) == ("SourceKept", "SigningKeyMissing")
    assert azure.exists(image)
    profile = azure.read(ended["imageVersionId"])["properties"]["publishingProfile"]
    assert profile["excludeFromLatest"] is True
