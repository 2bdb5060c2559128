"""What an image was wished while its migration ran is asked about, even by a worker whose clock is behind."""

from datetime import UTC, datetime, timedelta
from typing import Any

from migration.approval.image_record import new_record
from migration.course.state import MigrationState

from activities.look_for_news import look_for_news
from tests.unit.samples import OWN_ID, SOURCE, make_image, make_start

AHEAD = datetime.now(UTC) + timedelta(minutes=5)


async def test_news_found_by_a_worker_whose_clock_is_behind_are_not_taken_for_settled(records, monkeypatch):
    """Their question was refused as settled, and the wish remembered as answered: it was lost."""

    async def tagged(_: str) -> Any:
        return make_image(tags={"migrate-to-gallery": "gallery"})

    monkeypatch.setattr("activities.look_for_news.get_image", tagged)
    records.put(new_record(SOURCE, AHEAD).settled(AHEAD))
    news = await look_for_news(MigrationState(start=make_start(id=OWN_ID)))
    assert news.start is not None
    assert news.start.started_at is not None
    assert news.start.started_at > AHEAD
