"""Who will be told, and who could ever approve, is known before anything is begun."""

import pytest

from dev.inbox import running_inbox
from migration.asking.reading import settings
from tests.support.running.answers import notes_of, problems_of

NOBODY = "nobody will be told: MIGRATION_NOTIFY names no address"
SECRET = "hunter2"
WRONG = {
    "MIGRATION_NOTIFY": f"json://team.example.com Ada=nosuch://{SECRET}",
    "MIGRATION_ESCALATE": f"@Microsoft.KeyVault(SecretUri=https://vault.vault.azure.net/secrets/{SECRET}/)",
    "MIGRATION_PUBLIC_URL": "app.example.com",
}
NAMED = ["MIGRATION_NOTIFY.1", "MIGRATION_ESCALATE.0", "MIGRATION_PUBLIC_URL"]


@pytest.fixture
def setting(app, monkeypatch):
    """Settings of the app, given one by one."""

    def give(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()

    give(MIGRATION_NOTIFY="", MIGRATION_ESCALATE="", MIGRATION_PUBLIC_URL="")
    yield give
    settings.cache_clear()


@pytest.mark.parametrize("path", ["migrations", "migrations/plan"])
def test_nothing_is_begun_that_people_could_not_be_told_of(app, azure, setting, path):
    """A broken address showed six minutes after the question that it should have asked."""
    setting(**WRONG)
    answer = app.call("POST", path, {"sourceImageId": azure.seed_image("untold")})
    assert (answer.status_code, answer.json()["title"]) == (500, "Invalid app settings")
    assert [error["field"] for error in answer.json()["errors"]] == NAMED
    assert SECRET not in answer.text


def test_what_tells_nobody_anything_is_answered_with_a_wrong_address(app, setting):
    setting(**WRONG)
    assert app.call("GET", "migrations").status_code == 200
    assert app.call("GET", "pause").status_code == 200


@pytest.mark.parametrize("fields", [{}, {"deleteSource": "never"}])
def test_that_nobody_will_be_told_is_no_error_and_is_said_by_plan_and_start(app, azure, setting, fields):
    """It asked, waited seven days and expired, without a word that nobody had been asked."""
    image = azure.seed_image("quiet")
    assert NOBODY in notes_of(app.plan(image, **fields))
    started = app.call("POST", "migrations", {"sourceImageId": image, **fields})
    assert (started.status_code, NOBODY in started.json()["notes"]) == (202, True)
    setting(MIGRATION_NOTIFY="json://team.example.com")
    assert NOBODY not in notes_of(app.plan(azure.seed_image("told"), **fields))


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ({"MIGRATION_FOUR_EYES": "true", "MIGRATION_NOTIFY": "ada@contoso.com=json://ada.example.com"}, "FOUR_EYES"),
        ({"MIGRATION_REQUIRE_IDENTITY": "true", "MIGRATION_NOTIFY": "json://team.example.com"}, "REQUIRE_IDENTITY"),
        (
            {"MIGRATION_APPROVERS": "bob@contoso.com", "MIGRATION_NOTIFY": "ada@contoso.com=json://ada.example.com"},
            "APPROVERS",
        ),
    ],
)
def test_what_nobody_could_ever_approve_is_a_problem_of_the_plan(app, azure, setting, rules, why):
    """It was copied, everybody was asked, and each of them was told that they may not decide."""
    setting(**rules)
    answer = app.plan(azure.seed_image("unapprovable"))
    assert problems_of(answer) == [("deleteSource", "NobodyCanApprove")]
    assert f"MIGRATION_{why}" in answer.text
    assert app.plan(azure.seed_image("kept"), deleteSource="never").status_code == 200
    setting(WEBSITE_AUTH_ENABLED="true")
    assert app.plan(azure.seed_image("signed-in")).status_code == 200, "whoever signs in may be one who may"


def test_an_approver_who_gets_a_link_can_approve(app, azure, setting):
    setting(MIGRATION_APPROVERS="ada@contoso.com", MIGRATION_NOTIFY="ada@contoso.com=json://ada.example.com")
    assert app.plan(azure.seed_image("approvable")).status_code == 200


def test_a_test_message_tells_of_each_address_whether_it_was_reached(app, setting):
    with running_inbox() as inbox:
        setting(
            MIGRATION_NOTIFY=f"ada@contoso.com={inbox.address} json://user:{SECRET}@127.0.0.1:9/ nosuch://{SECRET}",
            MIGRATION_ESCALATE=inbox.address,
            MIGRATION_PUBLIC_URL="https://app.example.com",
        )
        answer = app.call("POST", "notifications/test")
        messages = [inbox.next_message(), inbox.next_message(), inbox.next_message()]
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["reached"], told["problems"], told["notes"]) == (2, [], [])
    assert [(one["setting"], one["address"], one["reached"]) for one in told["addresses"]] == [
        ("MIGRATION_NOTIFY", "ada@contoso.com, json", True),
        ("MIGRATION_NOTIFY", "json", False),
        ("MIGRATION_NOTIFY", "nosuch", False),
        ("MIGRATION_ESCALATE", "json", True),
    ]
    assert [bool(one["why"]) for one in told["addresses"]] == [False, True, True, False]
    assert SECRET not in answer.text
    assert messages[2] is None
    assert [message and message["title"] for message in messages[:2]] == ["Test of notifications"] * 2
    assert messages[0]
    assert "https://app.example.com" in messages[0]["message"]


def test_a_test_message_says_that_there_is_nobody_and_that_links_lead_nowhere(app, setting):
    setting(MIGRATION_PUBLIC_URL="app.example.com")
    told = app.call("POST", "notifications/test").json()
    assert (told["reached"], told["addresses"], told["notes"]) == (0, [], [NOBODY])
    assert [problem["field"] for problem in told["problems"]] == ["MIGRATION_PUBLIC_URL"]
    assert app.call("POST", "notifications/test", {"to": "me"}).status_code == 422
