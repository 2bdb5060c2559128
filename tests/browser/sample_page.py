"""The approval page in the picture of README.md: the app's own, of a sample question, while time stands still."""

import asyncio
import re
import sys
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import azure.functions as func
import pytest

from arm.transport.cloud import go_by
from dev.emulator.seed import GALLERIES_GROUP, IMAGES_GROUP
from migration.asking.reading import settings
from migration.asking.settings import Settings
from migration.promise.evidence import Evidence
from migration.record.asked import Asked
from migration.record.image_record import new_record
from migration.record.notices import Link
from migration.resources.image import DataDisk
from migration.values.ids import instance_id_for
from migration.values.outcome import Phase
from records.store import Held
from tests.support.samples import (
    make_copied,
    make_definition,
    make_gallery,
    make_image,
    make_person,
    make_plan,
    make_question,
    make_run,
    make_version,
    targets,
)
from triggers.page import visit
from triggers.page.opened_link import OpenedLink

NOW = datetime(2026, 11, 29, 8, 31, tzinfo=UTC)
APPROVER, REQUESTER = "ada@contoso.com", "grace@contoso.com"
SOURCE = f"{IMAGES_GROUP}/providers/Microsoft.Compute/images/windows-build"
GALLERY = f"{GALLERIES_GROUP}/providers/Microsoft.Compute/galleries/contoso_gallery"
DEFINITION = f"{GALLERY}/images/windows-build"
VERSION = f"{DEFINITION}/versions/1.0.0"
REGIONS = [
    *targets("eastus2"),
    *(one.changed(storage_account_type="Premium_LRS") for one in targets("westus2", replicas=2)),
    *targets("northeurope"),
]
END_OF_LIFE = datetime(2030, 12, 31, tzinfo=UTC)
HIDDEN = re.compile(r'<input type="hidden"[^>]*>')  # tokens among them, which differ each time


class StandingTime(datetime):
    """A clock that tells the time of the sample."""

    @classmethod
    def now(cls, tz=None):
        return NOW


def source_image():
    return make_image(
        id=SOURCE,
        name="windows-build",
        location="eastus2",
        os_type="Windows",
        os_disk_size_gb=127,
        data_disks=[DataDisk(lun=0, size_gb=256)],
        created_at=datetime(2023, 4, 18, tzinfo=UTC),
        tags={"os": "windows-2022", "team": "build"},
    )


def question():
    """A question about a version that is complete, asked a moment ago."""
    published_at = NOW - timedelta(minutes=40)
    version = make_version(
        id=VERSION,
        location="eastus2",
        source_id=SOURCE,
        target_regions=REGIONS,
        replication=[one.changed(name=region.name) for region in REGIONS for one in make_version().replication[:1]],
        published_at=published_at,
        end_of_life_date=END_OF_LIFE,
        exclude_from_latest=True,
        tags=source_image().tags,
    )
    plan = make_plan(
        source=source_image(),
        gallery=make_gallery(id=GALLERY, name="contoso_gallery", location="eastus2"),
        definition=make_definition(id=DEFINITION, name="windows-build", location="eastus2", os_type="Windows"),
        target_regions=REGIONS,
        end_of_life_date=END_OF_LIFE,
    )
    copied = make_copied(image_version_id=VERSION, published_at=published_at)
    asking = make_question(copied=copied, asked_at=NOW, expires_at=NOW + timedelta(days=7))
    run = make_run(
        Phase.AWAITING_APPROVAL,
        plan=plan,
        image_version_id=VERSION,
        question=asking,
        requesters=[make_person(REQUESTER, REQUESTER)],
        admitted_at=NOW - timedelta(hours=1),
    )
    evidence = Evidence(read_at=NOW).having(
        image=plan.source, version=version, consumers=[], machines=[], locks=[], mentions=[], older=None
    )
    return Asked(instance_id_for(SOURCE), run, asking, plan), evidence


async def look(asked, evidence):
    """What somebody sees who follows their link."""

    async def evidence_of(_):
        return evidence

    async def is_live(_):
        return True

    link = Link(token="digest", question=asked.question.id, receiver="receiver", name=APPROVER)
    held = Held(asked.migration_id, new_record(SOURCE, NOW).changed(run=asked.run))
    opened = OpenedLink(held, link, asked, is_current=True, is_taken_back=False)
    request = func.HttpRequest(method="GET", url="https://app/api/approvals/x", params={"token": "token"}, body=b"")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(visit, "recent_evidence", evidence_of)
        for module in [module for name, module in sys.modules.items() if name.startswith("triggers.page.")]:
            if vars(module).get("datetime") is datetime:
                patch.setattr(module, "datetime", StandingTime)
        return await visit.Visit(request, SimpleNamespace(is_live=is_live), opened, None, Settings()).look()


def sample_page(asked=None, evidence=None):
    """The page as HTML with its style, the same each time; of the sample's question, unless told otherwise."""
    go_by(settings)
    usual = question()
    answer = asyncio.run(look(asked or usual[0], evidence or usual[1]))
    assert answer.status_code == 200, answer.get_body().decode()
    return HIDDEN.sub("", answer.get_body().decode())
