"""The retry schedule as rules."""

from datetime import UTC, datetime, timedelta

import pytest

from dev.emulator.events.retry import MOST_ATTEMPTS, DeadLetter, after_failure

PUBLISHED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "delay"),
    [
        (1, timedelta(seconds=10)),
        (2, timedelta(seconds=30)),
        (3, timedelta(minutes=1)),
        (4, timedelta(minutes=5)),
        (5, timedelta(minutes=10)),
        (6, timedelta(minutes=30)),
        (7, timedelta(hours=1)),
        (8, timedelta(hours=3)),
        (9, timedelta(hours=6)),
        (10, timedelta(hours=12)),
        (11, timedelta(hours=12)),
    ],
)
def test_delays_grow_as_documented(attempts: int, delay: timedelta):
    assert after_failure(500, attempts, PUBLISHED, PUBLISHED) == PUBLISHED + delay


@pytest.mark.parametrize(("status", "seconds"), [(404, 300), (401, 300), (408, 120), (503, 30), (None, 10)])
def test_some_answers_are_given_more_time(status: int | None, seconds: int):
    assert after_failure(status, 1, PUBLISHED, PUBLISHED) == PUBLISHED + timedelta(seconds=seconds)


@pytest.mark.parametrize("status", [400, 403, 413])
def test_some_answers_are_final(status: int):
    assert after_failure(status, 1, PUBLISHED, PUBLISHED) == DeadLetter("UndeliverableDueToClientError")


def test_attempts_and_time_to_live_are_bounded():
    assert after_failure(500, MOST_ATTEMPTS, PUBLISHED, PUBLISHED) == DeadLetter("MaxDeliveryAttemptsExceeded")
    late = PUBLISHED + timedelta(hours=23)
    assert after_failure(500, 8, PUBLISHED, late) == DeadLetter("TimeToLiveExceeded")
