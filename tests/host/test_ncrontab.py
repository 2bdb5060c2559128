"""NCRONTAB expressions and time spans of timer triggers."""

from datetime import datetime

import pytest

from dev.host.triggers.ncrontab import ScheduleInvalidError, parse_schedule


@pytest.mark.parametrize(
    ("expression", "now", "following"),
    [
        ("0 */5 * * * *", "2026-01-01T00:00:00", "2026-01-01T00:05:00"),
        ("0 */5 * * * *", "2026-01-01T23:58:00.5", "2026-01-02T00:00:00"),
        ("*/10 * * * * *", "2026-01-01T00:00:05", "2026-01-01T00:00:10"),
        ("5,8,10 * * * * *", "2026-01-01T00:00:08", "2026-01-01T00:00:10"),
        ("0 0 9-17 * * MON-FRI", "2026-01-02T17:00:00", "2026-01-05T09:00:00"),
        ("0 30 9 * Jan Mon", "2026-01-31T00:00:00", "2027-01-04T09:30:00"),
        ("0 0 0 29 2 *", "2026-01-01T00:00:00", "2028-02-29T00:00:00"),
        ("0 0 0 13 * FRI", "2026-01-01T00:00:00", "2026-02-13T00:00:00"),
        ("0 0 0 * * 7", "2026-01-01T00:00:00", "2026-01-04T00:00:00"),
        ("*/15 * * * *", "2026-01-01T00:00:00", "2026-01-01T00:15:00"),
        ("0 5/20 * * * *", "2026-01-01T00:06:00", "2026-01-01T00:25:00"),
        ("00:00:30", "2026-01-01T00:00:00", "2026-01-01T00:00:30"),
        ("1.00:00:00", "2026-01-01T00:00:00", "2026-01-02T00:00:00"),
    ],
)
def test_the_next_occurrence(expression, now, following):
    assert parse_schedule(expression).next_after(datetime.fromisoformat(now)) == datetime.fromisoformat(following)


@pytest.mark.parametrize(
    "expression", ["", "* * *", "60 * * * * *", "a * * * * *", "0 0 0 * * 8", "*/0 * * * * *", "5-1 * * * * *"]
)
def test_what_is_no_schedule_is_refused(expression):
    with pytest.raises(ScheduleInvalidError):
        parse_schedule(expression)


def test_a_schedule_that_never_comes_is_refused():
    with pytest.raises(ScheduleInvalidError):
        parse_schedule("0 0 0 31 2 *").next_after(datetime.fromisoformat("2026-01-01"))
