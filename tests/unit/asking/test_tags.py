"""The tags that start a migration: their grammar, and every bad part named by its tag."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.asking.request import DeleteSource
from migration.asking.tags import request_from_tags, tag_fingerprint
from migration.values.ids import same_id
from migration.values.image_version.capabilities import SecurityType
from migration.values.problems import RequestInvalidError
from migration.values.tags import find_tag
from tests.support.samples import DEFINITION, GALLERY, SOURCE, VERSION, make_request

KEY = "migrate-to-gallery"
OPTIONS = f"{KEY}-options"


def read(value: str, options: str = ""):
    return request_from_tags(SOURCE, {KEY: value, OPTIONS: options}, KEY)


def problems(value: str, options: str = "") -> dict[str, str]:
    with pytest.raises(RequestInvalidError) as caught:
        read(value, options)
    return {problem.field: problem.code for problem in caught.value.problems}


def test_an_image_without_the_tag_asks_for_nothing():
    assert request_from_tags(SOURCE, {"team": "web", OPTIONS: "eol=2027-12-31"}, KEY) is None


@pytest.mark.parametrize("value", ["default", "DEFAULT", " Default "])
def test_the_value_default_leaves_everything_to_the_settings(value: str):
    assert read(value) == make_request()


@pytest.mark.parametrize(
    ("value", "gallery", "definition", "version"),
    [
        ("prod", "prod", None, None),
        ("prod/web", "prod", "web", None),
        ("prod/web/auto", "prod", "web", "auto"),
        (" prod / web / 1.2.3 ", "prod", "web", "1.2.3"),
        (GALLERY, GALLERY, None, None),
        (f"{GALLERY}/web", GALLERY, "web", None),
        (f"{GALLERY}/web/1.2.3", GALLERY, "web", "1.2.3"),
        (DEFINITION, GALLERY, "web", None),
        (VERSION, GALLERY, "web", "1.0.0"),
        (VERSION.replace("/images/", "/IMAGES/"), GALLERY, "web", "1.0.0"),
    ],
)
def test_a_value_names_gallery_definition_and_version(value, gallery, definition, version):
    request = read(value)
    assert request is not None
    assert same_id(request.gallery, gallery)
    assert (request.image_definition, request.version) == (definition, version)


def test_a_tag_name_does_not_regard_case():
    assert find_tag({"Migrate-To-Gallery": "prod"}, KEY) == "prod"
    request = request_from_tags(SOURCE, {KEY.upper(): "prod", OPTIONS.title(): "sku=s"}, KEY)
    assert request == make_request(gallery="prod", sku="s")


def test_every_option_has_its_field():
    options = (
        "regions=westus2=2=premium_lrs, southcentralus; EOL=2027-12-31; plan=p/q/n; delete-source=never;"
        "exclude-from-latest=true; publisher=contoso; offer=base; sku=web; security-type=trusted-launch;"
        "features=nvme,Hibernation;definition-tags=c=4, O = w=s"
    )
    assert read("default", options) == make_request(
        targetRegions=["westus2=2=premium_lrs", "southcentralus"],
        endOfLifeDate="2027-12-31",
        purchasePlan={"publisher": "p", "product": "q", "name": "n"},
        deleteSource=DeleteSource.NEVER,
        excludeFromLatest=True,
        publisher="contoso",
        offer="base",
        sku="web",
        securityType=SecurityType.TRUSTED_LAUNCH,
        features=["nvme", "hibernation"],
        definitionTags={"c": "4", "O": "w=s"},
    )


@pytest.mark.parametrize("value", ["", " ", "/", "a/", "a//1.0.0", "a/b/1.0.0/c", f"{VERSION}/x"])
def test_a_value_of_the_wrong_shape_is_named(value: str):
    assert problems(value) == {KEY: "Invalid"}


def test_every_bad_part_of_both_tags_is_named_at_once():
    options = "regions=eastus=0; eol=soon; color=blue; sku=a; sku=b; delete-source; plan=; exclude-from-latest=maybe"
    options += "; features=nvme,turbo"
    assert problems("no-gallery/-/1.0", options) == {
        f"{KEY}: gallery": "Invalid",
        f"{KEY}: imageDefinition": "Invalid",
        f"{KEY}: version": "Invalid",
        f"{OPTIONS}: regions.0.replicaCount": "Invalid",
        f"{OPTIONS}: eol": "Invalid",
        f"{OPTIONS}: color": "UnknownOption",
        f"{OPTIONS}: sku": "Duplicate",
        f"{OPTIONS}: delete-source": "UnknownOption",
        f"{OPTIONS}: plan": "UnknownOption",
        f"{OPTIONS}: exclude-from-latest": "Invalid",
        f"{OPTIONS}: features.1": "Invalid",
    }


def test_an_id_of_something_else_is_no_gallery():
    assert problems(SOURCE) == {f"{KEY}: gallery": "Invalid"}


@given(value=st.text(max_size=256), options=st.text(max_size=256))
def test_no_tag_breaks_the_reader(value: str, options: str):
    try:
        request = read(value, options)
    except RequestInvalidError as error:
        assert all(problem.field.startswith(KEY) for problem in error.problems)  # noqa: PT017 - half of the property
    else:
        assert request is not None


OTHER_TAGS = st.dictionaries(st.text(max_size=10), st.text(max_size=10), max_size=5)


@given(OTHER_TAGS)
def test_other_tags_do_not_change_the_fingerprint(others: dict[str, str]):
    others = {name: value for name, value in others.items() if name.lower() not in {KEY, OPTIONS}}
    tags = {KEY: "prod/web", OPTIONS: "sku=s"}
    status = {f"{KEY}-status": "SourceKept Rejected 0123456789", "migration-id": "x"}
    assert tag_fingerprint(tags | others | status, KEY) == tag_fingerprint(tags, KEY)


def test_a_changed_request_changes_the_fingerprint():
    requests = [
        {},
        {KEY: "a"},
        {KEY: "a/b"},
        {KEY: "a", OPTIONS: "sku=b"},
        {KEY: "a", OPTIONS: "sku=c"},
        {OPTIONS: "a"},
    ]
    assert len({tag_fingerprint(tags, KEY) for tags in requests}) == len(requests)
