"""Requests: every bad field is named at once, and nothing that passes can break a later step."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.asking.request import DeleteSource, MigrationRequest
from migration.values.ids import GALLERY as GALLERY_KIND
from migration.values.ids import ResourceId, same_id
from migration.values.image_version.capabilities import SecurityType
from migration.values.problems import RequestInvalidError
from tests.support.samples import COMPUTE, GALLERY, SOURCE, make_request

FIELDS = [field.alias for field in MigrationRequest.model_fields.values()]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


def problems_of(body: object) -> dict[str, str]:
    with pytest.raises(RequestInvalidError) as caught:
        MigrationRequest.parse(body)
    return {problem.field: problem.code for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sourceImageId", SOURCE + "\ud800"),
        ("targetRegions", "\ud800"),
        ("targetRegions", [{"name": "\udc00"}]),
        ("encryptionSets", "\ud800"),
        ("version", "\ud800"),
        ("publisher", "\ud800"),
        ("purchasePlan", {"publisher": "a", "product": "\ud800", "name": "c"}),
    ],
)
def test_half_a_surrogate_pair_is_a_problem_of_its_field_and_no_crash(field: str, value: object):
    assert problems_of({"sourceImageId": SOURCE, field: value}) == {field: "Invalid"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", "\u0661.0.0"),
        ("endOfLifeDate", "\u0662\u0660\u0662\u0667-01-01"),
        ("sourceImageId", SOURCE.replace("0", "\u0660")),
        ("targetRegions.0.replicaCount", ["westus2=\u0663"]),
    ],
)
def test_digits_of_other_scripts_are_no_numbers(field: str, value: object):
    assert problems_of({"sourceImageId": SOURCE, field.split(".", maxsplit=1)[0]: value}) == {field: "Invalid"}


def test_every_bad_field_is_named_at_once():
    bad = {
        "sourceImageId": "web",
        "gallery": "no/gallery",
        "imageDefinition": "-",
        "version": "1.0",
        "targetRegions": ["westus2", "eastus=0", {"name": "uksouth", "storageAccountType": "fast"}],
        "endOfLifeDate": "soon",
        "excludeFromLatest": "perhaps",
        "purchasePlan": "publisher/product",
        "deleteSource": "now",
        "publisher": "",
        "offer": " ",
        "sku": "s" * 129,
        "securityType": "Safe",
        "features": {"nvme": True},
        "sourceImage": SOURCE,
    }
    assert problems_of(bad) == {
        **dict.fromkeys(bad.keys() - {"targetRegions", "sourceImage"}, "Invalid"),
        "targetRegions.1.replicaCount": "Invalid",
        "targetRegions.2.storageAccountType": "Invalid",
        "sourceImage": "UnknownField",
    }


def test_the_source_is_all_a_request_needs():
    assert problems_of({}) == {"sourceImageId": "Missing"}
    assert make_request().source_image_id == SOURCE


@pytest.mark.parametrize("body", [None, [], "text", 5, True])
def test_a_body_that_is_no_object_is_refused(body: object):
    assert problems_of(body) == {"body": "Invalid"}


@given(st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=10), JSON))
def test_no_json_breaks_the_reader(body: dict[str, Any]):
    with suppress(RequestInvalidError):
        MigrationRequest.parse({"sourceImageId": SOURCE, **body})


@given(field=st.sampled_from(FIELDS[1:]), value=st.text(max_size=100))
def test_a_request_that_passes_survives_the_durable_boundary(field: str, value: str):
    try:
        request = make_request(**{field: value})
    except RequestInvalidError:
        return
    assert MigrationRequest.model_validate(request.dump()) == request


@given(st.text(min_size=1, max_size=90) | st.from_regex(r"[\w.]{1,82}", fullmatch=True))
def test_a_gallery_name_that_passes_makes_a_gallery_id(name: str):
    try:
        gallery = make_request(gallery=name).gallery
    except RequestInvalidError:
        return
    assert gallery
    if not gallery.startswith("/"):
        assert ResourceId.parse(f"{COMPUTE}/galleries/{gallery}", GALLERY_KIND).name == gallery


@pytest.mark.parametrize("name", ["_gallery", ".gallery", "gallery.", "gàllery", "my-gallery", "g" * 81])
def test_a_gallery_that_azure_could_not_have_is_refused_at_once(name: str):
    assert problems_of({"sourceImageId": SOURCE, "gallery": name}) == {"gallery": "Invalid"}


def test_a_gallery_is_a_name_or_an_id():
    assert make_request(gallery=" my_gallery.1 ").gallery == "my_gallery.1"
    assert same_id(make_request(gallery=GALLERY.upper()).gallery, GALLERY)


@pytest.mark.parametrize(("text", "version"), [("auto", "auto"), (" AUTO ", "auto"), (" 1.2.3 ", "1.2.3")])
def test_a_version_is_automatic_or_a_number(text: str, version: str):
    assert make_request(version=text).version == version


@pytest.mark.parametrize("text", ["after-approval", "afterApproval", "AFTER-APPROVAL", "afterapproval"])
def test_words_are_the_same_in_tags_settings_and_json(text: str):
    assert make_request(deleteSource=text).delete_source is DeleteSource.AFTER_APPROVAL


def test_a_security_type_may_have_dashes():
    assert make_request(securityType="trusted-launch").security_type is SecurityType.TRUSTED_LAUNCH


def test_a_purchase_plan_is_text_or_an_object():
    plan = {"publisher": "p", "product": "q", "name": "n"}
    assert make_request(purchasePlan="p / q / n").purchase_plan == make_request(purchasePlan=plan).purchase_plan


@pytest.mark.parametrize("blank", ["publisher", "product", "name"])
def test_a_purchase_plan_with_a_blank_part_is_not_sent_to_azure(blank: str):
    plan = {"publisher": "p", "product": "q", "name": "n", blank: " "}
    assert problems_of({"sourceImageId": SOURCE, "purchasePlan": plan}) == {"purchasePlan": "Invalid"}


def test_a_date_without_a_zone_is_utc():
    assert make_request(endOfLifeDate="2027-12-31").end_of_life_date == datetime(2027, 12, 31, tzinfo=UTC)


def test_regions_are_a_text_a_list_of_texts_or_of_objects():
    objects = [{"name": "westus2", "replicaCount": 2, "storageAccountType": "premium_lrs"}, {"name": "East US"}]
    as_objects = make_request(targetRegions=objects).target_regions
    assert make_request(targetRegions="westus2=2=premium_lrs, eastus").target_regions == as_objects
    assert make_request(targetRegions=["westus2=2=premium_lrs", "eastus"]).target_regions == as_objects


def test_a_misspelt_field_of_a_region_is_named():
    body = {"sourceImageId": SOURCE, "targetRegions": [{"name": "westus2", "replicas": 3}]}
    assert problems_of(body) == {"targetRegions.0.replicas": "UnknownField"}


@pytest.mark.parametrize("text", ["a\x07b", "a\nb", "a\u202eb"])
@pytest.mark.parametrize("field", ["publisher", "offer", "sku"])
def test_characters_that_cannot_be_seen_do_not_pass_as_an_identifier(field: str, text: str):
    with pytest.raises(RequestInvalidError) as caught:
        MigrationRequest.parse({"sourceImageId": SOURCE, field: text})
    assert [problem.field for problem in caught.value.problems] == [field]
