"""Each invariant finds a scene that breaks it, and lets pass one that comes near: none is vacuous."""

from dataclasses import replace

import pytest

from tests.support.invariants.judging import INVARIANTS, violations
from tests.support.invariants.scene import Message, Start, Told, Write
from tests.unit.invariants import stories
from tests.unit.invariants.stories import (
    APPROVED,
    BEFORE,
    COPIED,
    CREATED,
    DEFINED,
    DEFINITION,
    DELETE,
    GOOD,
    LINK,
    MACHINE,
    OTHER_VERSION,
    PROMOTED,
    PROMOTION,
    SCALE_SET,
    SOURCE,
    STARTED,
    TAGGED,
    TAGS_OF,
    VERSION,
    WITH_DEFINITION,
    at,
    deleted_with,
    ended,
    image,
    machine,
    of_others,
    running,
    scale_set,
    told,
    version,
    written,
)

_KEPT = WITH_DEFINITION | {VERSION: version()}
_OTHERS_DELETE = Write(at(5), "others", "DELETE", SOURCE, None, 202, COPIED)
_OTHERS_CHANGE = Write(at(20), "others", "PUT", VERSION, version(), 200, PROMOTED)
_TAG = {"migrate-to-gallery": "default"}
_TAG_START = Start(at(15), SOURCE, "tag", _TAG, {"status": None})
_MORE_REGIONS = {"targetRegions": [{"name": "uksouth", "replicaCount": 1}]}
_LATER_RUN = {"id": "r2", "admittedAt": at(30).isoformat(), "plan": _MORE_REGIONS}
_NO_ENTRY = {"entries": [], "earlier": []}


def approved(**changes):
    return replace(GOOD, approvals=(replace(APPROVED, **changes),))


def decided_besides(**changes):
    first = replace(APPROVED, question_id="question 1")
    return replace(GOOD, approvals=(first, replace(first, **changes)))


def _since_the_delete(**changes):
    """The good story, whose image came back and is migrated again: the run that deleted it is not the one of now."""
    run = stories.RECORD["run"]
    now = {SOURCE: {"run": run | {"id": "r2"} | changes}}
    return replace(GOOD, writes=written(DELETE, replace(DELETE, run=run)), records=now)


def _tagged_otherwise(minutes):
    """A tag that was there before, and another for so long in between."""
    other = replace(_TAG_START, at=at(15 - minutes), request={"migrate-to-gallery": "other"})
    starts = (replace(_TAG_START, at=at(0)), other, _TAG_START)
    return replace(GOOD, azure={SOURCE: image(migrate_to_gallery="default")}, starts=starts)


def _noted(note):
    scene = ended("Cancelled", WITH_DEFINITION, (DEFINED,))
    return replace(scene, told=tuple(replace(one, detail=one.detail | {"notes": [note]}) for one in scene.told))


def started(answer, **changes):
    return replace(GOOD, starts=(replace(STARTED, answer=answer, **changes),))


def wrote(*more, **changes):
    return replace(GOOD, writes=(*GOOD.writes, *more), **changes)


def said(text, links=(LINK,), when=30):
    return replace(GOOD, messages=(Message(at(when), "", text, links),))


def second(path=OTHER_VERSION, before=COPIED, when=3, by="app", **changes):
    """Another version of the same image."""
    return Write(at(when), by, "PUT", path, version(**changes), 201, before)


def in_azure(azure, **changes):
    return replace(GOOD, azure=azure, **changes)


def updated(document, before):
    """A write of the app on the version."""
    return replace(GOOD, writes=(DEFINED, CREATED, replace(PROMOTION, body=document, before=before), DELETE))


BROKEN = {
    "a_delete_was_approved": {
        "nobody decided": replace(GOOD, approvals=()),
        "the app said no": approved(accepted=False),
        "it was forged": approved(forged=True),
        "by nobody": approved(by="the app"),
        "it came after": approved(at=at(13)),
        "of another version": approved(version_id=OTHER_VERSION),
        "only accepted": approved(decision="accept"),
        "of an earlier run": approved(run_id="r0"),
        "before it was asked for again": replace(
            GOOD, starts=(STARTED, Start(at(11), SOURCE, "ask-again", {}, {"status": 202, "body": {"run": "r2"}}))
        ),
        "of one that was made anew": wrote(replace(second(VERSION, WITH_DEFINITION, 11), by="others")),
    },
    "a_delete_leaves_complete_replicas": {
        "a region is not complete": deleted_with(WITH_DEFINITION | {VERSION: version(done=["eastus2"])}),
        "a region asked for is missing": deleted_with(WITH_DEFINITION | {VERSION: version(regions=["eastus2"])}),
        "a region planned is missing": deleted_with(WITH_DEFINITION | {VERSION: version(regions=["westus2"])}),
        "a region added by others is not complete": deleted_with(
            WITH_DEFINITION | {VERSION: version(regions=["eastus2", "westus2", "uksouth"], done=["eastus2", "westus2"])}
        ),
        "fewer replicas than asked for": replace(
            GOOD, starts=(replace(STARTED, request={"targetRegions": ["westus2=3=Standard_LRS"]}),)
        ),
        "it is shallow": deleted_with(WITH_DEFINITION | {VERSION: version(mode="Shallow")}),
        "it is being deleted": deleted_with(WITH_DEFINITION | {VERSION: version(state="Deleting")}),
        "the tag's options ask for more": replace(
            GOOD, starts=(Start(at(0), SOURCE, "tag", {**_TAG, "options": "eol=2030-01-01; regions=uksouth"}, {}),)
        ),
    },
    "a_delete_takes_what_was_copied": {
        "it was built anew": deleted_with({**PROMOTED, SOURCE: image(made=5)}),
    },
    "a_delete_breaks_nobody": {
        "a scale set": deleted_with({**PROMOTED, SCALE_SET: scale_set()}),
        "an instance": deleted_with({**PROMOTED, f"{SCALE_SET}/virtualmachines/0": machine()}),
        "a machine with an ephemeral disk": deleted_with({**PROMOTED, MACHINE: machine(own_disk=False)}),
        "a machine in the making": deleted_with({**PROMOTED, MACHINE: machine(provisioningState="Creating")}),
        "another version in the making": deleted_with({**PROMOTED, OTHER_VERSION: version(state="Creating")}),
        "a shallow version": deleted_with({**PROMOTED, OTHER_VERSION: version(mode="Shallow")}),
        "machines, where a setting says so": replace(
            deleted_with({**PROMOTED, MACHINE: machine()}), block_on=frozenset({"machines"})
        ),
        "others, where a setting says so": replace(
            deleted_with({**PROMOTED, "/providers/contoso.builds/recipes/x": {"properties": {"base": SOURCE}}}),
            block_on=frozenset({"any"}),
        ),
    },
    "a_delete_follows_no_cancel": {
        "a cancel": replace(GOOD, approvals=(APPROVED, replace(APPROVED, at=at(11), decision="cancel"))),
        "a rejection": replace(GOOD, approvals=(replace(APPROVED, at=at(9), decision="reject"), APPROVED)),
    },
    "nothing_is_deleted_that_is_to_stay": {
        "a tag says never": deleted_with({**PROMOTED, SOURCE: image(migrate_to_gallery_options="delete-source=never")}),
        "the request says never": replace(GOOD, starts=(replace(STARTED, request={"deleteSource": "never"}),)),
    },
    "a_delete_is_still_wished": {
        "a tag was set": deleted_with({**PROMOTED, SOURCE: image(migrate_to_gallery="default")}),
        "an option was set": deleted_with({**PROMOTED, SOURCE: image(migrate_to_gallery_options="regions=eastus2")}),
        "a tag was taken off": replace(
            GOOD,
            writes=written(
                PROMOTION, replace(PROMOTION, before={**COPIED, SOURCE: image(migrate_to_gallery="default")})
            ),
        ),
    },
    "nothing_but_images_is_deleted": {
        "a complete version": wrote(replace(DELETE, path=VERSION)),
        "a failed one, though it was refused": wrote(replace(DELETE, path=OTHER_VERSION, status=403)),
        "a definition": wrote(replace(DELETE, path=DEFINITION)),
        "a lock": wrote(replace(DELETE, path=f"{SOURCE}/providers/microsoft.authorization/locks/x")),
    },
    "one_version_is_made_at_a_time": {
        "one beside another": wrote(second()),
        "one beside one in the making": wrote(second(before={**WITH_DEFINITION, VERSION: version(state="Creating")})),
    },
    "one_version_is_in_the_making": {
        "two": wrote(
            second(before=WITH_DEFINITION),
            azure={VERSION: version(state="Creating"), OTHER_VERSION: version(state="Creating")},
        ),
    },
    "what_others_made_is_left_alone": {
        "a version": wrote(Write(at(5), "app", "PUT", OTHER_VERSION, {}, 200, {OTHER_VERSION: of_others(version())})),
        "its tags": wrote(
            Write(at(5), "app", "PATCH", OTHER_VERSION + TAGS_OF, {}, 200, {OTHER_VERSION: of_others(version())})
        ),
    },
    "no_region_is_dropped": {
        "a region": updated(version(regions=["eastus2"]), COPIED),
    },
    "regions_stay_as_they_were_made": {
        "a region is gone": in_azure({VERSION: version(regions=["eastus2"])}),
    },
    "a_new_version_is_out_of_latest": {
        "made eligible": replace(GOOD, writes=written(CREATED, replace(CREATED, body=version(out=False)))),
        "promoted before it is complete": updated(
            version(out=False), WITH_DEFINITION | {VERSION: version(done=["eastus2"])}
        ),
    },
    "a_promotion_was_decided": {
        "nobody said yes": approved(decision="reject"),
        "by a write that says nothing of latest": replace(
            updated({"properties": {"publishingProfile": {}}}, COPIED), approvals=()
        ),
    },
    "what_is_left_behind_is_told": {
        "a failed version": ended("Failed", WITH_DEFINITION | {VERSION: version(state="Failed")}, (DEFINED, CREATED)),
        "a definition": ended("Cancelled", WITH_DEFINITION, (DEFINED,)),
        "it says otherwise of tags": _noted("the outcome could not be recorded in tags"),
    },
    "an_only_copy_is_not_left_behind": {
        "the version": in_azure({VERSION: version()}, told=(told(outcome={"leftBehind": [VERSION]}),)),
        "what holds it": in_azure({VERSION: version()}, told=(told(outcome={"leftBehind": [DEFINITION]}),)),
        "in a message": said(f"Source image: {SOURCE}\nLeft behind: {VERSION}\nNext step: remove it"),
    },
    "an_only_copy_is_marked": {
        "its tags say nothing": in_azure({DEFINITION: {}, VERSION: version(migration_outcome="Migrated")}),
        "its notes are of something else": in_azure(
            {VERSION: version()}, told=(told(notes=["a gallery is created by this migration"]),)
        ),
    },
    "no_migration_is_stuck": {
        "it does not say what it waits for": running(waitingFor=None),
        "it does not say until when": running(expiresAt=None),
        "until long ago": running(expiresAt=at(-120).isoformat()),
        "for a version that does not change": running(phase="Replicating", waitingFor="replication"),
    },
    "an_ended_migration_is_done": {
        "it is still ending": replace(GOOD, records={SOURCE: {"run": stories.RECORD["run"] | {"stage": "ending"}}}),
    },
    "no_wish_is_lost": {
        "a run that is nowhere": started({"status": 202, "body": {"run": "r7"}}),
        "a tag of which the app knows nothing": replace(
            GOOD, azure={SOURCE: image(migrate_to_gallery="default")}, starts=(_TAG_START,), told=(Told("", SOURCE),)
        ),
        "a tag without a run": replace(GOOD, azure={SOURCE: image(migrate_to_gallery="default")}, starts=(_TAG_START,)),
        "a tag that was another for a minute": _tagged_otherwise(minutes=1),
        "a refusal without a reason": started({"status": 422, "body": {}}),
        "an error": started({"status": 500, "body": {}}),
    },
    "migrated_means_gone_and_copied": {
        "the source is there": in_azure({**stories.AFTER, SOURCE: image()}),
        "the version is gone": in_azure({DEFINITION: {}}),
        "the version is not complete": in_azure({VERSION: version(done=["eastus2"])}),
    },
    "migrated_means_deleted_by_the_app": {
        "none was sent": replace(GOOD, writes=(DEFINED, CREATED, PROMOTION)),
        "none was sent, and somebody had tagged it": replace(
            GOOD, writes=(Write(at(-1), "others", "PATCH", SOURCE + TAGS_OF, {}, 200, BEFORE), DEFINED, CREATED)
        ),
        "it was refused": replace(GOOD, writes=written(DELETE, replace(DELETE, status=409))),
    },
    "kept_means_not_deleted": {
        "the app deleted it": replace(GOOD, told=(told(outcome={"kind": "SourceKept"}),)),
        "it is gone": ended("SourceKept", {VERSION: version()}, (DEFINED, CREATED)),
        "it is gone, and somebody had made it": ended(
            "SourceKept", {VERSION: version()}, (Write(at(-9), "others", "PUT", SOURCE, {}, 201, {}), DEFINED, CREATED)
        ),
    },
    "an_audit_tells_no_delete_that_was_not_sent": {
        "none was sent": replace(GOOD, writes=(DEFINED, CREATED)),
    },
    "an_audit_tells_who_decided": {
        "somebody else": replace(GOOD, approvals=(replace(APPROVED, by="Eve"),)),
        "nobody, and it was deleted": replace(
            GOOD, told=(replace(stories.TOLD, audit={"entries": [{"event": "requested"}]}),)
        ),
    },
    "one_decision_counts": {
        "both count": decided_besides(decision="reject"),
    },
    "list_and_detail_agree": {
        "another phase": replace(GOOD, told=(replace(stories.TOLD, list_row=stories.DETAIL | {"phase": "Planning"}),)),
        "another outcome": replace(GOOD, told=(replace(stories.TOLD, list_row=told(outcome={"code": "X"}).detail),)),
        "another source": replace(
            GOOD, told=(replace(stories.TOLD, list_row=told(outcome={"source": "there"}).detail),)
        ),
    },
    "the_page_says_what_is_so": {
        "deleted, and there": in_azure({**stories.AFTER, SOURCE: image()}),
        "kept, and deleted": replace(GOOD, told=(replace(stories.TOLD, page_text="The source image is kept."),)),
    },
    "regions_are_complete_where_it_is_said": {
        "one is not": in_azure({VERSION: version(done=["eastus2"])}),
    },
    "tags_say_how_it_ended": {
        "of the version": in_azure({VERSION: version(migration_outcome="Failed")}),
        "of the source": ended(
            "SourceKept", _KEPT | {SOURCE: image(migrate_to_gallery_status="Failed X")}, (DEFINED, CREATED)
        ),
    },
    "a_refused_plan_writes_nothing": {
        "a definition": ended("Refused", WITH_DEFINITION, (DEFINED,)),
        "the source": ended("Refused", BEFORE, (Write(at(1), "app", "PATCH", SOURCE, {}, 200, BEFORE),)),
    },
    "who_was_refused_caused_nothing": {
        "a tag on the image": replace(
            started({"status": 422, "body": {"detail": "no", "code": "X"}}),
            writes=(Write(at(1), "app", "PATCH", SOURCE + TAGS_OF, {}, 200, BEFORE),),
        ),
        "a plan that made something": replace(started({"status": 200}, how="plan"), writes=(DEFINED,)),
    },
    "no_token_leaves": {
        "in a log": replace(GOOD, left=(f"GET {LINK}",)),
        "spelt in another way": replace(GOOD, secrets={"key": "a/b+c"}, left=("?code=a%2Fb%2Bc",)),
    },
    "a_message_names_what_it_is_about": {"it names nothing": said("Done. Next step: none. How it stands:")},
    "a_message_leads_somewhere": {
        "it has no link": said(f"Migration: {stories.ID} Next step: none", ()),
        "a link to somewhere else": said(f"Migration: {stories.ID} Next step: none", ("mailto:ada@contoso.com",)),
    },
    "a_message_says_what_to_do": {"it does not": said(f"Migration: {stories.ID} has ended")},
}

NEAR = {
    "a_delete_was_approved": {
        "the id in capitals": approved(version_id=VERSION.upper()),
        "somebody else cancelled another run": replace(
            GOOD, approvals=(APPROVED, replace(APPROVED, run_id="r0", decision="cancel", at=at(1)))
        ),
        "asked for again, and refused": replace(
            GOOD, starts=(STARTED, replace(STARTED, at=at(11), answer={"status": 409}))
        ),
        "a delete that Azure refused": replace(GOOD, approvals=(), writes=written(DELETE, replace(DELETE, status=409))),
        "a delete by somebody else": replace(GOOD, approvals=(), writes=written(DELETE, replace(DELETE, by="others"))),
    },
    "a_delete_leaves_complete_replicas": {
        "names of regions with spaces": deleted_with(
            WITH_DEFINITION | {VERSION: version(regions=["East US 2", "West US 2"])}
        ),
        "another run since has another plan": _since_the_delete(plan=_MORE_REGIONS),
        "one that came back is to have more regions": replace(GOOD, records={SOURCE: {"run": _LATER_RUN}}),
    },
    "a_delete_takes_what_was_copied": {"made just before": deleted_with({**PROMOTED, SOURCE: image(made=1)})},
    "a_delete_breaks_nobody": {
        "a machine with its own disk": deleted_with({**PROMOTED, MACHINE: machine()}),
        "a version that is complete": deleted_with({**PROMOTED, OTHER_VERSION: version()}),
        "a version that failed": deleted_with({**PROMOTED, OTHER_VERSION: version(state="Failed")}),
        "a template that makes it anew": replace(
            deleted_with(
                {
                    **PROMOTED,
                    "/providers/microsoft.virtualmachineimages/imagetemplates/t": {
                        "properties": {"source": {}, "distribute": [{"imageId": SOURCE}]}
                    },
                }
            ),
            block_on=frozenset({"any"}),
        ),
    },
    "a_delete_follows_no_cancel": {
        "a cancel that was refused": replace(
            GOOD, approvals=(APPROVED, replace(APPROVED, at=at(11), decision="cancel", accepted=False))
        ),
        "a cancel that came after": replace(
            GOOD, approvals=(APPROVED, replace(APPROVED, at=at(13), decision="cancel"))
        ),
    },
    "nothing_is_deleted_that_is_to_stay": {
        "it says on-approval": replace(GOOD, starts=(replace(STARTED, request={"deleteSource": "on-approval"}),)),
    },
    "a_delete_is_still_wished": {
        "other tags changed": deleted_with({**PROMOTED, SOURCE: image(team="web", migrate_to_gallery_status="x")}),
    },
    "nothing_but_images_is_deleted": {"by others": wrote(replace(DELETE, path=VERSION, by="others"))},
    "one_version_is_made_at_a_time": {
        "after one that failed": wrote(second(before=WITH_DEFINITION | {VERSION: version(state="Failed")})),
        "of an image built anew": wrote(second(source_content="c2")),
        "with a number that was asked for": replace(
            wrote(second()), starts=(STARTED, replace(STARTED, at=at(2), request={"version": "1.0.1"}))
        ),
    },
    "one_version_is_in_the_making": {"one": in_azure({VERSION: version(state="Creating")})},
    "what_others_made_is_left_alone": {
        "a write that was refused": wrote(
            Write(at(5), "app", "PUT", OTHER_VERSION, {}, 409, {OTHER_VERSION: of_others(version())})
        ),
        "its own, whose tags somebody replaced": wrote(
            Write(at(15), "app", "PATCH", VERSION + TAGS_OF, {}, 200, {VERSION: of_others(version())})
        ),
    },
    "no_region_is_dropped": {"a write of tags": updated({"tags": {}}, PROMOTED)},
    "regions_stay_as_they_were_made": {
        "somebody else took it": wrote(_OTHERS_CHANGE, azure={VERSION: version(regions=["eastus2"])}),
    },
    "a_new_version_is_out_of_latest": {"an update of one that is eligible": updated(version(out=False), PROMOTED)},
    "a_promotion_was_decided": {
        "accepted": approved(decision="accept"),
        "nobody is asked": replace(GOOD, approvals=(), records={SOURCE: {"run": {"imageVersionId": VERSION}}}),
    },
    "what_is_left_behind_is_told": {
        "it is told": ended(
            "Failed",
            WITH_DEFINITION | {VERSION: version(state="Failed")},
            (DEFINED, CREATED),
            leftBehind=[DEFINITION.upper(), VERSION],
        ),
        "nobody could look": _noted("what it left behind is not known: Azure could not be asked"),
        "it was decided about": replace(
            ended("Cancelled", _KEPT, (DEFINED, CREATED)), approvals=(replace(APPROVED, decision="accept"),)
        ),
        "it was kept on purpose": ended("SourceKept", _KEPT, (DEFINED, CREATED)),
    },
    "an_only_copy_is_not_left_behind": {
        "the source is there": ended("Cancelled", _KEPT, (DEFINED, CREATED), leftBehind=[DEFINITION, VERSION]),
        "a failed version": in_azure({VERSION: version(done=[])}, told=(told(outcome={"leftBehind": [VERSION]}),)),
    },
    "an_only_copy_is_marked": {
        "it could not be tagged, and says so": in_azure(
            {VERSION: version()}, told=(told(notes=["the outcome could not be recorded"]),)
        ),
    },
    "no_migration_is_stuck": {
        "it waits for a person": running(expiresAt=at(60).isoformat()),
        "it waits for Azure": running(waitingFor="azure", cause={"until": at(60).isoformat()}),
        "it waits for a version in the making": replace(
            running(phase="Replicating", waitingFor="replication"), azure={VERSION: version(state="Creating")}
        ),
        "a look is due": running(expiresAt=at(25).isoformat()),
    },
    "an_ended_migration_is_done": {
        "of another run": replace(
            GOOD, records={SOURCE: {"run": stories.RECORD["run"] | {"id": "r2", "stage": "ending"}}}
        ),
    },
    "no_wish_is_lost": {
        "a run that others have followed": replace(
            started({"status": 202, "body": {"run": "r0"}}),
            told=(replace(stories.TOLD, audit=_NO_ENTRY | {"earlier": [{"run": "r0"}]}),),
        ),
        "a refusal": started({"status": 422, "body": {"detail": "no such region", "code": "X"}}),
        "a tag of which the app was not asked": replace(
            GOOD, azure={SOURCE: image(migrate_to_gallery="default")}, starts=(_TAG_START,), told=()
        ),
        "a tag that was taken off": replace(GOOD, azure={SOURCE: image()}, starts=(_TAG_START,)),
        "a tag that was there before": replace(
            GOOD,
            azure={SOURCE: image(migrate_to_gallery="default")},
            starts=(replace(_TAG_START, at=at(0)), _TAG_START),
        ),
        "a tag that was another for a moment": _tagged_otherwise(minutes=0.1),
        "an error, and the same again": replace(
            GOOD, starts=(replace(STARTED, at=at(-1), answer={"status": 500, "body": {}}), STARTED)
        ),
        "the records were lost": replace(
            GOOD, azure={SOURCE: image(migrate_to_gallery="default")}, starts=(_TAG_START,), records_lost=True
        ),
    },
    "migrated_means_gone_and_copied": {
        "another image of its name": in_azure({**stories.AFTER, SOURCE: image(made=20)}),
        "somebody deleted the version since": wrote(
            Write(at(20), "others", "DELETE", DEFINITION, None, 202, PROMOTED), azure={}
        ),
    },
    "migrated_means_deleted_by_the_app": {
        "somebody else was quicker": replace(GOOD, writes=(DEFINED, CREATED, PROMOTION, _OTHERS_DELETE)),
    },
    "kept_means_not_deleted": {
        "an earlier run deleted another of that name": replace(
            ended("SourceKept", _KEPT, (replace(DELETE, at=at(-5)), DEFINED, CREATED)), now=at(31)
        ),
        "somebody else deleted it": ended("SourceKept", {VERSION: version()}, (DEFINED, CREATED, _OTHERS_DELETE)),
        "nobody knows": replace(GOOD, told=(told(outcome={"kind": "Unknown"}),)),
    },
    "an_audit_tells_no_delete_that_was_not_sent": {
        "Azure refused it": replace(GOOD, writes=written(DELETE, replace(DELETE, status=409))),
    },
    "an_audit_tells_who_decided": {
        "somebody else was refused besides": replace(
            GOOD, approvals=(APPROVED, replace(APPROVED, by="Eve", accepted=False))
        ),
    },
    "one_decision_counts": {
        "the second does not": decided_besides(decision="reject", accepted=False),
        "the same twice": decided_besides(),
        "of another question": decided_besides(decision="reject", question_id="question 2"),
        "taken back": decided_besides(decision="cancel"),
    },
    "list_and_detail_agree": {
        "only the time of its last change": replace(
            GOOD, told=(replace(stories.TOLD, list_row=stories.DETAIL | {"updatedAt": at(15).isoformat()}),)
        ),
        "somebody has deleted it since": wrote(
            _OTHERS_DELETE, told=(replace(stories.TOLD, list_row=told(outcome={"source": "unknown"}).detail),)
        ),
        "the list was not asked": replace(GOOD, told=(replace(stories.TOLD, list_row=None),)),
    },
    "the_page_says_what_is_so": {
        "it asks": replace(
            GOOD, told=(replace(stories.TOLD, page_text="If you approve, the source image is deleted."),)
        ),
    },
    "regions_are_complete_where_it_is_said": {
        "somebody has changed it since": wrote(_OTHERS_CHANGE, azure={VERSION: version(done=["eastus2"])}),
    },
    "tags_say_how_it_ended": {
        "it says that it could not": in_azure(
            {VERSION: version(migration_outcome="Failed")}, told=(told(notes=["could not be tagged"]),)
        ),
        "of others": in_azure({VERSION: of_others(version())}),
    },
    "a_refused_plan_writes_nothing": {
        "why, on the tags of the image": ended(
            "Refused", BEFORE, (Write(at(1), "app", "PATCH", SOURCE + TAGS_OF, {}, 200, BEFORE),)
        ),
        "an earlier run did": ended("Refused", WITH_DEFINITION, (replace(DEFINED, at=at(-5)),)),
    },
    "who_was_refused_caused_nothing": {
        "another wish was taken up": replace(
            GOOD, starts=(replace(STARTED, answer={"status": 422, "body": {"detail": "no", "code": "X"}}), STARTED)
        ),
    },
    "no_token_leaves": {"in a message, which it was made for": GOOD},
    "a_message_names_what_it_is_about": {"an id of a resource": said(f"{SOURCE} Next step: none")},
    "a_message_leads_somewhere": {"on this machine": said("Next step", ("http://127.0.0.1:80/api/approvals/x",))},
    "a_message_says_what_to_do": {"it asks": said(f"{stories.ID} Decide here: {LINK}")},
}


def names(scene):
    return {one.invariant for one in violations(scene, at_end=True)}


def cases(table):
    return [
        pytest.param(name, scene, id=f"{name}: {why}")
        for name, all_of in table.items()
        for why, scene in all_of.items()
    ]


def test_a_migration_that_went_well_breaks_nothing():
    assert violations(GOOD, at_end=True) == []


@pytest.mark.parametrize(("name", "scene"), cases(BROKEN))
def test_a_scene_that_breaks_an_invariant_is_found(name, scene):
    assert name in names(scene)


@pytest.mark.parametrize(("name", "scene"), cases(NEAR))
def test_a_scene_that_comes_near_is_not(name, scene):
    assert name not in names(scene)


def test_every_invariant_is_broken_and_nearly_broken():
    every = {one.name for one in INVARIANTS}
    assert set(BROKEN) == every
    assert set(NEAR) == every


def test_every_invariant_is_a_sentence():
    assert [one.name for one in INVARIANTS if not one.sentence.endswith(".") or len(one.sentence) < 40] == []


def test_what_may_be_broken_while_work_is_under_way_is_judged_at_the_end_alone():
    lost = BROKEN["no_wish_is_lost"]["an error"]
    assert "no_wish_is_lost" not in {one.invariant for one in violations(lost, at_end=False)}


def test_a_violation_tells_what_was_found_and_what_must_hold():
    [found] = [one for one in violations(replace(GOOD, approvals=()), at_end=False) if "was_approved" in one.invariant]
    assert SOURCE in str(found)
    assert "named human" in str(found)


def test_an_image_nobody_was_told_of_is_judged_by_its_writes():
    scene = replace(GOOD, told=(Told("", SOURCE),), records={}, approvals=())
    assert names(scene) >= {"a_delete_was_approved"}


def test_tags_of_a_version_of_its_own_may_be_written():
    assert TAGGED in GOOD.writes
