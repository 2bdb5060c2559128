"""Who asked is told only where it is known: whoever wrote the image last need not be whoever set the tag."""

from typing import Any

import pytest

from tests.unit.samples import OWN_ID, make_image
from triggers.events import image_tagged

OBJECT_ID = "http://schemas.microsoft.com/identity/claims/objectidentifier"
BOB = "b0b00000-0000-4000-8000-000000000001"


@pytest.mark.xfail(strict=True, reason="an event does not say which tags were written")
async def test_who_writes_another_tag_of_an_image_is_not_told_to_have_asked(records, configure, monkeypatch):
    """Mallory sets the tag, and that event comes late; Bob writes a cost tag. With four eyes, Mallory may approve."""
    started: list[Any] = []

    async def tagged_by_mallory(_: str) -> Any:
        return make_image(tags={"migrate-to-gallery": "default", "cost-center": "written by Bob"})

    async def start(_: Any, with_: Any) -> bool:
        started.append(with_)
        return True

    async def is_live(*_: Any) -> bool:
        return False

    monkeypatch.setattr(image_tagged, "get_image", tagged_by_mallory)
    monkeypatch.setattr(image_tagged.beginning, "start", start)
    monkeypatch.setattr(image_tagged.hub, "is_live", is_live)
    written = {
        "operationName": "Microsoft.Resources/tags/write",
        "resourceUri": make_image().id,
        "claims": {OBJECT_ID: BOB},
    }
    client: Any = None
    await image_tagged.on_event("", written | {"claims": {OBJECT_ID: BOB}}, client)
    assert [one.id for one in started] == [OWN_ID]
    assert started[0].requester_ids == []
