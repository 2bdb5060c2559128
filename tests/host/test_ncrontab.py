"""NCRONTAB expressions and time spans of timer triggers."""

from datetime import UTC, datetime

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
        ("0 0 0 * * 0", "2026-01-01T00:00:00", "2026-01-04T00:00:00"),
        ("0 0 0 29 2 MON", "2026-01-01T00:00:00", "2044-02-29T00:00:00"),
        ("*/15 * * * *", "2026-01-01T00:00:00", "2026-01-01T00:15:00"),
        ("0 5/20 * * * *", "2026-01-01T00:06:00", "2026-01-01T00:25:00"),
        ("00:00:30", "2026-01-01T00:00:00", "2026-01-01T00:00:30"),
        ("1.00:00:00", "2026-01-01T00:00:00", "2026-01-02T00:00:00"),
    ],
)
def test_the_next_occurrence(expression, now, following):
    assert parse_schedule(expression).next_after(datetime.fromisoformat(now)) == datetime.fromisoformat(following)


@pytest.mark.parametrize(
    ("expression", "same"),
    [
        ("0 5-5 * * * *", "0 5 * * * *"),
        ("0 5-5/2 * * * *", "0 5 * * * *"),
        ("59/15 * * * * *", "59 * * * * *"),
        ("0 0 0 * * 3/2", "0 0 0 * * 3,5"),
        ("0 0 0 * * Tuesday-Thurs", "0 0 0 * * 2-4"),
        ("0 0 0 1 SEPTEMBER,decem *", "0 0 0 1 9,12 *"),
        ("0 0 0 * * *", "0 0 * * *"),
    ],
)
def test_a_range_of_one_a_step_and_a_name_mean_what_they_mean_to_ncrontab(expression, same):
    moment = datetime.fromisoformat("2026-01-01T00:07:00")
    for _ in range(10):
        following = parse_schedule(expression).next_after(moment)
        assert following == parse_schedule(same).next_after(moment)
        moment = following


@pytest.mark.parametrize("now", ["2026-03-29T00:59:59.999999", "2026-10-25T00:59:59.000001"])
def test_a_moment_of_utc_has_a_next_occurrence_in_utc(now):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    following = parse_schedule("0 0 * * * *").next_after(moment)
    assert (following, following.tzinfo) == (moment.replace(hour=1, minute=0, second=0, microsecond=0), UTC)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "* * *",
        "60 * * * * *",
        "a * * * * *",
        "0 0 0 * 0 *",
        "0 0 0 0 * *",
        "0 0 0 0-5 * *",
        "0 0 0 * * 8",
        "*/0 * * * * *",
        "5-1 * * * * *",
        "*-5 * * * * *",
        "5- * * * * *",
        ", * * * * *",
        "0 0 0 * Janus *",
    ],
)
def test_what_is_no_schedule_is_refused(expression):
    with pytest.raises(ScheduleInvalidError):
        parse_schedule(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "@daily",
        "0 0 0 1 1 * 2027",
        "0 0 0 ? * *",
        "0 0 0 L * *",
        "0 0 0 15W * *",
        "0 0 0 * * MON#1",
        "0 0 0 * * L5",
        "0 0 0 * * 7",
        "0 0 0 * * SAT-7",
        "0 0 0 * * FRI-MON",
        "H * * * * *",
        "R(0-9) * * * * *",
    ],
)
def test_what_only_cron_knows_is_refused(expression):
    with pytest.raises(ScheduleInvalidError):
        parse_schedule(expression)


def test_a_schedule_that_never_comes_is_refused():
    with pytest.raises(ScheduleInvalidError):
        parse_schedule("0 0 0 31 2 *").next_after(datetime.fromisoformat("2026-01-01"))
