"""Events of Event Grid and tags of images as nobody should have sent them: none fails, only a wish starts anything."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.durable_hub import DurableHub
from migration.asking.tags import OPTIONS, request_from_tags
from migration.values.problems import RequestInvalidError
from tests.fuzz.from_schema import ODD_TEXTS, mutated, odd
from tests.support.samples import SOURCE
from triggers.events.image_tagged import on_event

FUZZ = settings.get_profile("fuzz")
KEY = "migrate-to-gallery"
WRITTEN = "Microsoft.Compute/images/write"
OBJECT_ID = "http://schemas.microsoft.com/identity/claims/objectidentifier"


def event_of(image_id):
    """What Event Grid says of a write, as far as anybody reads it."""
    claims = {OBJECT_ID: "9f6d4c1e", "name": "Eve", "ipaddr": "10.0.0.1"}
    about = {"authorization": {"scope": image_id, "action": WRITTEN}, "claims": claims, "correlationId": "c"}
    return {"operationName": WRITTEN, "resourceUri": image_id, "status": "Succeeded", "tenantId": "t", **about}


@pytest.mark.parametrize("tagged", [True, False])
def test_no_event_fails_and_without_a_tag_none_starts_anything(estate, tagged):
    image = estate.azure.seed_image("heard", **({"tags": {KEY: "default"}} if tagged else {}))
    hub = DurableHub(estate.app.client)
    before = estate.written()

    @settings(FUZZ, max_examples=120)
    @given(odd() | mutated(st.just(event_of(image))), st.sampled_from((image, image.upper(), *ODD_TEXTS)))
    def holds(data, subject):
        begun = estate.app.do(on_event(subject, data, hub))
        assert tagged or not begun
        if begun:
            estate.put_back()
        else:
            assert estate.written() == before, data

    holds()


def is_text(text):
    return text.encode(errors="replace").decode() == text  # what is not, is mended as an image is read


texts = st.sampled_from(ODD_TEXTS) | st.text(max_size=40) | st.sampled_from(("default", "contoso_gallery/web/1.0.0"))
texts = texts.filter(is_text)
pairs = st.tuples(st.sampled_from((*OPTIONS, *(name.upper() for name in OPTIONS), "", "colour")), texts)
options = texts | st.lists(pairs, max_size=5).map(lambda found: "; ".join(f"{name}={value}" for name, value in found))


@settings(FUZZ, max_examples=500)
@given(texts, options)
def test_any_tags_are_a_request_that_can_be_kept_or_every_problem_is_one_of_a_tag(value, said):
    request, problems = read(value, said)
    assert (request is None) == bool(problems)
    assert [one.field for one in problems if not one.field.startswith(KEY)] == []
    json.dumps([one.dump() for one in problems])
    if request is not None:
        assert request == type(request).model_validate(json.loads(json.dumps(request.dump())))


def read(value, said):
    try:
        return request_from_tags(SOURCE, {KEY: value, f"{KEY}-options": said}, KEY), ()
    except RequestInvalidError as error:
        return None, error.problems
