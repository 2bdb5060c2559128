"""Resource ids are read strictly, compared without regard to case, and give one instance id an image."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.values.ids import (
    GALLERY,
    IMAGE_DEFINITION,
    IMAGE_VERSION,
    MANAGED_IMAGE,
    ResourceId,
    ResourceIdInvalidError,
    instance_id_for,
    is_instance_id,
    same_id,
)
from tests.support.samples import COMPUTE, DEFINITION, SOURCE, SUBSCRIPTION, VERSION

TAGS_SUFFIX = "/providers/Microsoft.Resources/tags/default"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/images"
NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", fullmatch=True)
GROUPS = st.from_regex(r"[A-Za-z0-9_.()-]{0,89}[A-Za-z0-9_()-]", fullmatch=True)


@given(group=GROUPS, name=NAMES)
def test_what_is_written_is_read_back(group: str, name: str):
    written = str(ResourceId(SUBSCRIPTION, group, MANAGED_IMAGE, (name,)))
    read = ResourceId.parse(written, MANAGED_IMAGE)
    assert (read.resource_group, read.name, str(read)) == (group, name, written)


@pytest.mark.parametrize(
    "text",
    [SOURCE.upper(), SOURCE.lower(), f"  {SOURCE}\n", f"{SOURCE}/", SOURCE + TAGS_SUFFIX, SOURCE + TAGS_SUFFIX.lower()],
)
def test_an_id_is_the_same_in_every_spelling(text: str):
    assert same_id(str(ResourceId.parse(text, MANAGED_IMAGE)), SOURCE)
    assert instance_id_for(text) == instance_id_for(SOURCE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "web",
        "/",
        GROUP,
        f"{COMPUTE}/images",
        f"{COMPUTE}/images/",
        f"{COMPUTE}/galleries/web",
        f"{COMPUTE}/images/web/versions/1.0.0",
        SOURCE.removeprefix("/"),
        f"https://management.azure.com{SOURCE}",
        SOURCE.replace(SUBSCRIPTION, "mine"),
        SOURCE.replace("Microsoft.Compute", "Microsoft.Network"),
        SOURCE.replace("/web", "/.."),
        SOURCE.replace("/web", "/web?api-version=1"),
        SOURCE.replace("/web", "/web%2f.."),
        SOURCE.replace("/web", "/wéb"),
        SOURCE.replace("/web", "/" + "w" * 81),
        SOURCE.replace("resourceGroups/images", "resourceGroups/" + "g" * 91),
        SOURCE.replace("resourceGroups/images", "resourceGroups/ends-in-dot."),
        SOURCE.replace("resourceGroups/images", "resourceGroups/a b"),
        SOURCE + TAGS_SUFFIX + "/more",
        SOURCE.replace("/web", "//web"),
    ],
)
def test_what_is_no_image_id_is_refused(text: str):
    with pytest.raises(ResourceIdInvalidError, match=r"is not the id of a Microsoft.Compute/images"):
        ResourceId.parse(text, MANAGED_IMAGE)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str):
    try:
        read = ResourceId.parse(text, MANAGED_IMAGE)
    except ResourceIdInvalidError:
        return
    assert same_id(str(read), text.strip())


def test_a_child_knows_its_parent():
    definition = ResourceId.parse(DEFINITION, IMAGE_DEFINITION)
    assert str(definition.child("1.0.0")) == VERSION
    assert ResourceId.parse(VERSION, IMAGE_VERSION).parent == definition
    assert definition.parent.kind == GALLERY


def test_nothing_is_the_same_as_no_id():
    assert not same_id(None, None)
    assert not same_id(SOURCE, None)
    assert not same_id(SOURCE, SOURCE + "2")


@given(group=GROUPS, name=NAMES)
def test_every_image_has_an_instance_id_the_hub_takes(group: str, name: str):
    assert is_instance_id(instance_id_for(str(ResourceId(SUBSCRIPTION, group, MANAGED_IMAGE, (name,)))))


def test_images_of_one_name_in_two_groups_have_two_instance_ids():
    other = SOURCE.replace("resourceGroups/images", "resourceGroups/others")
    assert instance_id_for(other) != instance_id_for(SOURCE)
    assert instance_id_for(other).startswith("migrate-web-")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "web",
        "migrate--0123456789",
        "migrate-web-012345678",
        "migrate-web-0123456789\n",
        "migrate-WEB-0123456789",
        "migrate-we/b-0123456789",
        "@migrate-web-0123456789",
        "migrate-web-012345678g",
        f"migrate-{'w' * 81}-0123456789",
    ],
)
def test_what_is_no_instance_id_of_ours_is_told_apart(text: str):
    assert not is_instance_id(text)
