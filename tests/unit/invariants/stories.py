"""A migration that went well, as a scene, and small changes to it."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.support.invariants.scene import Approval, Message, Scene, Start, Told, Write

_COMPUTE = "/subscriptions/s/resourcegroups/g/providers/microsoft.compute"
SOURCE = f"{_COMPUTE}/images/web"
DEFINITION = f"{_COMPUTE}/galleries/all/images/web"
VERSION = f"{DEFINITION}/versions/1.0.0"
OTHER_VERSION = f"{DEFINITION}/versions/1.0.1"
MACHINE = f"{_COMPUTE}/virtualmachines/shop"
SCALE_SET = f"{_COMPUTE}/virtualmachinescalesets/shop"
TAGS_OF = "/providers/microsoft.resources/tags/default"
ID = "migrate-web-0123456789abcdef0123456789abcdef"
RUN = "r1"
LINK = f"https://app.example.com/api/approvals/{ID}?token=once"
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def at(minutes):
    return BEGAN + timedelta(minutes=minutes)


def image(made=-60, **tags):
    shown = {"tags": {name.replace("_", "-"): value for name, value in tags.items()}}
    return {"id": SOURCE, "properties": {"provisioningState": "Succeeded"}} | shown | _made(made)


def version(*, regions=("eastus2", "westus2"), done=None, state="Succeeded", out=True, mode="Full", made=2, **tags):
    targets = [{"name": name, "regionalReplicaCount": 1} for name in regions]
    undone = {name: "Replicating" for name in regions if done is not None and name not in done}
    summary = [{"region": name, "state": undone.get(name, "Completed")} for name in regions]
    profile = {"targetRegions": targets, "excludeFromLatest": out, "replicationMode": mode}
    own = {"migration-id": ID, "source-content": "c1"} | {name.replace("_", "-"): value for name, value in tags.items()}
    properties = {
        "provisioningState": state,
        "publishingProfile": profile,
        "storageProfile": {"source": {"id": SOURCE}},
        "replicationStatus": {"summary": summary},
    }
    return {"tags": own, "properties": properties} | _made(made)


def of_others(document):
    """The same, made by somebody else."""
    changed = deepcopy(document)
    del changed["tags"]["migration-id"]
    return changed


def machine(*, kind="properties", own_disk=True, **more):
    disk = {"managedDisk": {"id": "/disks/1"}} if own_disk else {"diffDiskSettings": {"option": "Local"}}
    storage = {"imageReference": {"id": SOURCE.upper()}, "osDisk": disk}
    return {"properties": {"provisioningState": "Succeeded", "storageProfile": storage} | more}


def scale_set():
    return {"properties": {"virtualMachineProfile": {"storageProfile": {"imageReference": {"id": SOURCE}}}}}


def made_definition():
    return {"tags": {"migration-id": ID, "migrated-from": "s/g/web"}, "properties": {"provisioningState": "Succeeded"}}


def _made(minutes):
    return {"systemData": {"createdAt": at(minutes).isoformat()}}


BEFORE = {SOURCE: image()}
WITH_DEFINITION = BEFORE | {DEFINITION: made_definition()}
COPIED = WITH_DEFINITION | {VERSION: version()}
PROMOTED = WITH_DEFINITION | {VERSION: version(out=False)}
AFTER = {
    DEFINITION: made_definition(),
    VERSION: version(
        out=False, migration_outcome="Migrated", migration_source="gone: this is the only copy", decision="approve"
    ),
}

DEFINED = Write(at(1), "app", "PUT", DEFINITION, made_definition(), 201, BEFORE)
CREATED = Write(at(2), "app", "PUT", VERSION, version(), 201, WITH_DEFINITION)
PROMOTION = Write(at(11), "app", "PUT", VERSION, version(out=False), 200, COPIED)
DELETE = Write(at(12), "app", "DELETE", SOURCE, None, 202, PROMOTED)
TAGGED = Write(at(13), "app", "PATCH", VERSION + TAGS_OF, {"properties": {"tags": {}}}, 200, PROMOTED)
APPROVED = Approval(at(10), "Ada Lovelace", VERSION, RUN, "approve", accepted=True)
STARTED = Start(at(0), SOURCE, "http", {"targetRegions": ["westus2"]}, {"status": 202, "body": {"run": RUN}})
OUTCOME = {
    "kind": "Migrated", "code": "Migrated", "step": "DeletingSource", "source": "gone", "onlyCopy": True,
    "leftBehind": [],
}  # fmt: skip
ENTRIES = [
    {"event": "requested", "by": "Bo"},
    {"event": "approved", "by": "Ada Lovelace"},
    {"event": "promise checked", "by": "the app"},
    {"event": "ended", "by": "the app", "kind": "Migrated"},
]
DETAIL = {
    "id": ID,
    "run": RUN,
    "before": None,
    "sourceImageId": SOURCE,
    "imageVersionId": VERSION,
    "phase": "Done",
    "outcome": OUTCOME,
    "waitingFor": None,
    "cause": None,
    "regions": [{"name": "eastus2", "state": "Completed"}, {"name": "westus2", "state": "Completed"}],
    "expiresAt": None,
    "soakUntil": None,
    "notes": [],
    "createdAt": at(0).isoformat(),
    "updatedAt": at(14).isoformat(),
}
PAGE = "Approved, and done. The source image was deleted: this version is the only copy, keep it."
RECORD = {"run": {"id": RUN, "stage": "ended", "admittedAt": at(0).isoformat(), "imageVersionId": VERSION,
          "question": {"id": "q", "askedAt": at(9).isoformat()},
          "plan": {"targetRegions": [{"name": "eastus2", "replicaCount": 1}]}}}  # fmt: skip
TOLD = Told(RUN, SOURCE, DETAIL, DETAIL, {"entries": ENTRIES, "earlier": []}, PAGE)
ASKED = Message(at(9), "approvalNeeded", f"Migration: {ID}\nSource image: {SOURCE}\nDecide here: {LINK}", [LINK])
WRITES = (DEFINED, CREATED, PROMOTION, DELETE, TAGGED)
GOOD = Scene(
    now=at(30),
    azure=AFTER,
    writes=WRITES,
    starts=(STARTED,),
    approvals=(APPROVED,),
    records={SOURCE: RECORD},
    told=(TOLD,),
    messages=(ASKED,),
    secrets={"a link's token": "once"},
    left=(f"Executing HTTP request: GET /api/approvals/{ID}",),
)


def told(**detail):
    """The migration as told, in the list as by itself; `outcome` changes parts of that."""
    outcome = detail.pop("outcome", {})
    shown = DETAIL | {"outcome": OUTCOME | outcome if outcome is not None else None} | detail
    return replace(TOLD, detail=shown, list_row=shown, page_text=None)


def written(old, new):
    """The writes, one of them replaced."""
    return tuple(new if one is old else one for one in WRITES)


def deleted_with(before):
    """The good story, in which Azure was so as the delete came in."""
    return replace(GOOD, writes=written(DELETE, replace(DELETE, before=before)))


def ended(kind, azure, writes, *, entries=(), **outcome):
    """A story that ended in another way: what there is then, and which writes there were."""
    shown = {"kind": kind, "code": kind, "source": "there", "onlyCopy": False} | outcome
    audit = {"entries": list(entries), "earlier": []}
    return replace(
        GOOD, azure=azure, writes=writes, approvals=(), told=(replace(told(outcome=shown), audit=audit),), messages=()
    )


def running(**detail):
    """A story that has not ended: a version is there, and somebody is asked."""
    shown = told(**{"outcome": None, "phase": "AwaitingApproval", "waitingFor": "approval", **detail})
    return replace(GOOD, azure=COPIED, writes=(DEFINED, CREATED), approvals=(), told=(replace(shown, audit=None),))
