"""Names and ids: what Azure takes, what is made to fit, and what a name that is not clear is told."""

import pytest

from dev.emulator.seed import IMAGES_GROUP
from tests.support.documents import GALLERY_ID
from tests.support.running.answers import planned, problems_of


def test_an_offer_derived_from_a_long_group_with_odd_letters_is_made_to_fit(app, azure):
    for group in ("rg-golden(prod)-images", "g" * 78, "rg-bilder-münchen"):
        definition = planned(app.plan(azure.seed_image("odd", group=azure.seed_group(group))))["definition"]
        assert len(definition["offer"]) <= 64
        assert definition["offer"].replace("-", "").isalnum()
        assert definition["offer"].isascii()


def test_a_sku_derived_from_a_long_name_is_made_to_fit(app, azure):
    plan = planned(app.plan(azure.seed_image("n" * 75)))
    assert len(plan["definition"]["name"]) > 64
    assert len(plan["definition"]["sku"]) <= 64


def test_an_identifier_that_azure_does_not_take_is_a_problem_at_its_field(app, azure):
    answer = app.plan(azure.seed_image("identified"), offer="golden.", sku="22.04 LTS", publisher="p" * 128)
    assert problems_of(answer) == [("offer", "IdentifierInvalid"), ("sku", "IdentifierInvalid")]
    assert problems_of(app.plan(azure.seed_image("identified"), offer="o" * 65)) == [("offer", "IdentifierInvalid")]


def test_an_identifier_that_another_definition_has_is_refused(app, azure):
    other = azure.seed_definition("taken").rpartition("/")[2]
    answer = app.plan(azure.seed_image("planned"), publisher="Contoso", offer="Seeded", sku=other.upper())
    assert [problem["code"] for problem in answer.json()["errors"]] == ["IdentifierTaken"]


@pytest.mark.parametrize("kind", ["virtualMachines", "disks", "galleries/hub/images/web/versions"])
def test_something_else_than_a_managed_image_is_refused_with_the_form_of_an_id(app, kind):
    answer = app.plan(f"{IMAGES_GROUP}/providers/Microsoft.Compute/{kind}/1.0.0")
    assert [field for field, _ in problems_of(answer)] == ["sourceImageId"]
    assert "providers/Microsoft.Compute/images/<name>" in answer.text


@pytest.mark.parametrize(
    "gallery",
    ["/CommunityGalleries/public-1", "/SharedGalleries/1-HUB", "gallery-with-dashes", "g" * 81],
)
def test_a_gallery_that_only_others_can_write_to_is_refused_with_the_form_of_an_id(app, azure, gallery):
    assert problems_of(app.plan(azure.seed_image("foreign"), gallery=gallery)) == [("gallery", "Invalid")]


def test_a_gallery_of_another_subscription_that_is_only_named_is_told_where_it_was_looked_for(app, azure):
    answer = app.plan(azure.seed_image("named"), gallery="hub_elsewhere")
    assert problems_of(answer) == [("gallery", "NotFound")]
    assert f"in subscription {GALLERY_ID.split('/')[2]}" in answer.text


def test_a_gallery_name_that_several_groups_have_is_refused_and_its_id_is_not(app, azure):
    one = azure.seed_gallery("twin")
    group = azure.seed_group("others")
    two = f"{group}/providers/Microsoft.Compute/galleries/{one.rpartition('/')[2]}"
    azure.control.put_resource(azure.control.resource(one) | {"id": two})
    image = azure.seed_image("planned")
    answer = app.plan(image, gallery=one.rpartition("/")[2])
    assert [problem["code"] for problem in answer.json()["errors"]] == ["Ambiguous"]
    assert app.plan(image, gallery=two).json()["gallery"]["id"] == two
