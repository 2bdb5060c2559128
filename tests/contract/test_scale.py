"""The model of docs/scale.md: small estates whose end can be worked out by hand."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dev.scale.counted import SURVEY, Call, Steps
from dev.scale.limits import Bucket, Window
from dev.scale.model import SECONDS_A_CALL, Estate, Model

READ = Call("reads", None)
LOOK = (Call("reads", "GetGalleryImageVersion"),)
ONE_CALL = Steps([(READ,)], LOOK, [])
ONE_SURVEY = Steps([(READ,)], LOOK, [(SURVEY, READ)])
AT_ONCE = Estate(1, replication=timedelta(0), instances=1)


def test_a_window_that_counts_refusals_stays_full_for_who_asks_too_early():
    counting, forgiving = Window(1, 60, counts_refused=True), Window(1, 60, counts_refused=False)
    for window in (counting, forgiving):
        assert [window.take(0), window.take(30)] == [0, 60 if window is counting else 30]
    assert (counting.take(61), forgiving.take(61)) == (60, 0)


def test_a_bucket_gives_what_it_holds_and_then_its_rate():
    bucket = Bucket(2, 1.0, 2, 0.0)
    assert [bool(bucket.take(0.0)) for _ in range(3)] == [False, False, True]
    assert not bucket.take(1.0)


def test_migrations_wait_for_a_place():
    alone = Model(replace(AT_ONCE, images=1, places=1), ONE_CALL).run()
    ten = Model(replace(AT_ONCE, images=10, places=1), ONE_CALL).run()
    assert (alone.ended * 3600, ten.ended * 3600) == pytest.approx((SECONDS_A_CALL, 10 * SECONDS_A_CALL))


def test_who_waits_together_is_served_by_one_survey():
    """The first begins one for itself; the other nine come too late for it, and share the next."""
    told = Model(replace(AT_ONCE, images=10, definitions=7, places=10), ONE_SURVEY).run()
    assert told.calls in {10 + 7 + 10, 10 + 2 * 7 + 10}


def test_a_step_that_azure_refuses_is_done_again_until_patience_ends():
    told = Model(replace(AT_ONCE, images=2000, places=2000, definitions=0), ONE_CALL).run()
    assert told.out_of_patience == 0
    assert told.refused.keys() == {"Resource Manager, reads"}
    assert told.ended * 3600 > (2000 - 250) / 25


def test_an_image_that_is_not_to_be_deleted_needs_no_survey():
    told = Model(replace(AT_ONCE, images=5, deletes=False), ONE_SURVEY).run()
    assert told.calls == 5
