"""Many messages as one: what waits for somebody first, and a link for each."""

from migration.telling.digest import MOST_IN_ONE, Entry, compose_digest, parted
from migration.telling.messages import Line, Message, Severity, compose_end
from migration.values.occasion import Occasion
from migration.values.outcome import OutcomeKind
from tests.support.samples import make_ended, make_outcome


def asking(number: int) -> Entry:
    lines = [Line("Decide here", f"https://example.com/{number}", is_link=True)]
    return Entry(Occasion.APPROVAL_NEEDED, Message(f"Approve the migration of web-{number}?", lines))


def ended(kind: OutcomeKind, occasion: Occasion) -> Entry:
    message = compose_end(make_ended(make_outcome(kind, "C", reason="no network")), "https://example.com/end")
    assert message is not None
    return Entry(occasion, message)


FAILED, DONE = ended(OutcomeKind.FAILED, Occasion.FAILED), ended(OutcomeKind.MIGRATED, Occasion.DONE)


def test_fifty_questions_are_one_message_with_fifty_links_that_every_chat_takes():
    """Fifty images were 146 messages for each address."""
    message = compose_digest([asking(number) for number in range(MOST_IN_ONE)])
    assert message.title == "Image migrations: 50 to decide"
    assert len([line for line in message.lines if line.is_link]) == 50
    assert len(message.markdown()) < 28_000


def test_what_waits_for_somebody_comes_first_then_what_failed():
    message = compose_digest([DONE, FAILED, asking(1)])
    assert message.title == "Image migrations: 1 to decide, 1 failed, 1 ended"
    text = message.text()
    assert text.index("To decide: 1") < text.index("Failed: 1") < text.index("Ended: 1")
    assert "in " in text
    assert "reason: no network" in text


def test_a_digest_is_as_bad_as_the_worst_of_it():
    assert compose_digest([DONE, FAILED, asking(1)]).severity is Severity.FAILURE
    assert compose_digest([asking(1), asking(2)]).severity is Severity.INFO


def test_one_alone_is_told_as_it_is():
    assert compose_digest([FAILED]) == FAILED.message


def test_what_people_named_an_image_marks_nothing_up():
    lines = [Line("Decide here", "https://example.com/1", is_link=True)]
    hostile = Entry(Occasion.APPROVAL_NEEDED, Message("Approve the migration of [x](http://evil.example)?", lines))
    assert "[x](http://evil.example)" not in compose_digest([hostile, asking(1)]).markdown()


def test_a_receiver_that_takes_little_gets_several_messages():
    """All fifty shared one that was too large for the chat, and were lost together."""
    entries = [FAILED] * MOST_IN_ONE
    for longest in (2_000, 24_000):
        parts = parted(entries, longest)
        assert [entry for part in parts for entry in part] == entries
        assert all(len(compose_digest(part).markdown()) <= longest for part in parts if len(part) > 1)
    assert len(parted(entries, 1)) == MOST_IN_ONE


def test_what_is_the_only_copy_is_said_in_a_digest_too():
    assert "only copy" in compose_digest([DONE, FAILED]).text()
