"""All invariants, and what of a scene breaks them."""

from tests.support.invariants import honesty, leftovers, liveness, promise, refused, versions, words
from tests.support.invariants.invariant import Invariant, Violation
from tests.support.invariants.scene import Scene

INVARIANTS: tuple[Invariant, ...] = (
    Invariant(promise.a_delete_was_approved),
    Invariant(promise.a_delete_leaves_complete_replicas),
    Invariant(promise.a_delete_takes_what_was_copied),
    Invariant(promise.a_delete_breaks_nobody),
    Invariant(promise.a_delete_follows_no_cancel),
    Invariant(promise.nothing_is_deleted_that_is_to_stay),
    Invariant(promise.a_delete_is_still_wished),
    Invariant(versions.nothing_but_images_is_deleted),
    Invariant(versions.one_version_is_made_at_a_time),
    Invariant(versions.one_version_is_in_the_making),
    Invariant(versions.what_others_made_is_left_alone),
    Invariant(versions.no_region_is_dropped),
    Invariant(versions.regions_stay_as_they_were_made),
    Invariant(versions.a_new_version_is_out_of_latest),
    Invariant(versions.a_promotion_was_decided),
    Invariant(leftovers.what_is_left_behind_is_told, at_end=True),
    Invariant(leftovers.an_only_copy_is_not_left_behind),
    Invariant(leftovers.an_only_copy_is_marked, at_end=True),
    Invariant(liveness.no_migration_is_stuck, at_end=True),
    Invariant(liveness.an_ended_migration_is_done, at_end=True),
    Invariant(liveness.no_wish_is_lost, at_end=True),
    Invariant(honesty.migrated_means_gone_and_copied),
    Invariant(honesty.migrated_means_deleted_by_the_app),
    Invariant(honesty.kept_means_not_deleted),
    Invariant(honesty.an_audit_tells_no_delete_that_was_not_sent),
    Invariant(honesty.an_audit_tells_who_decided),
    Invariant(honesty.one_decision_counts),
    Invariant(honesty.list_and_detail_agree, at_end=True),
    Invariant(honesty.the_page_says_what_is_so),
    Invariant(honesty.regions_are_complete_where_it_is_said),
    Invariant(honesty.tags_say_how_it_ended, at_end=True),
    Invariant(refused.a_refused_plan_writes_nothing),
    Invariant(refused.who_was_refused_caused_nothing),
    Invariant(words.no_token_leaves),
    Invariant(words.a_message_names_what_it_is_about),
    Invariant(words.a_message_leads_somewhere),
    Invariant(words.a_message_says_what_to_do),
)


def violations(scene: Scene, *, at_end: bool) -> list[Violation]:
    """Return every breach; `at_end` says that nothing is under way any more, and that nothing more will come."""
    return [
        Violation(one.name, one.sentence, found)
        for one in INVARIANTS
        if at_end or not one.at_end
        for found in one.find(scene)
    ]
