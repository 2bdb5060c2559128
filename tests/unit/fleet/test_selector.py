"""Which images are meant: every criterion narrows, and one that makes no sense is named."""

import pytest

from migration.fleet.question.question import FleetQuestion
from migration.fleet.question.selector import ImageSelector
from migration.values.problems import RequestInvalidError
from tests.support.samples import COMPUTE, SUBSCRIPTION, make_image

OTHER = SUBSCRIPTION.replace("1", "2")
ELSEWHERE = COMPUTE.replace(SUBSCRIPTION, OTHER)


def image(name="web", group="images", tags=None, compute=COMPUTE):
    place = compute.replace("resourceGroups/images", f"resourceGroups/{group}")
    return make_image(id=f"{place}/images/{name}", name=name, tags=tags or {})


def names(selector, *images):
    return [one.name for one in ImageSelector.model_validate(selector).chosen(images)]


@pytest.mark.parametrize(
    ("selector", "chosen"),
    [
        ({"names": ["WEB-*"]}, ["web-1", "web-2"]),
        ({"names": ["web-?", "db"]}, ["web-1", "web-2", "db"]),
        ({"resourceGroups": ["Pro*"]}, ["web-2"]),
        ({"subscriptions": [OTHER]}, ["away"]),
        ({"subscriptions": [f"/subscriptions/{OTHER.upper()}"]}, ["away"]),
        ({"tags": {"Env": "test"}}, ["web-1"]),
        ({"tags": {"env": None}}, ["web-1", "db"]),
        ({"tags": {"env": None, "owner": "Ada"}}, ["db"]),
        ({"tags": {"env": "TEST"}}, []),
        ({"ids": [f"{COMPUTE}/images/DB"]}, ["db"]),
        ({"ids": [f"{COMPUTE}/images/db"], "names": ["web-*"]}, []),
    ],
)
def test_an_image_is_meant_if_it_meets_all_that_is_said(selector, chosen):
    images = [
        image("web-1", tags={"env": "test"}),
        image("web-2", group="production"),
        image("db", tags={"ENV": "live", "owner": "Ada"}),
        image("away", compute=ELSEWHERE),
    ]
    assert names(selector, *images) == chosen


def test_an_image_whose_id_cannot_be_read_is_meant_by_nobody():
    assert names({"names": ["*"]}, make_image(id="None", unreadable="broken")) == []


def test_only_the_groups_that_are_named_are_looked_into():
    def groups(**selector):
        return ImageSelector.model_validate(selector).groups_of(SUBSCRIPTION)

    assert groups(names=["web"]) is None
    assert groups(resourceGroups=["One", "two"]) == {"one", "two"}
    assert groups(resourceGroups=["one", "t*"]) is None
    assert groups(ids=[f"{COMPUTE}/images/a", f"{COMPUTE}/images/b", f"{ELSEWHERE}/images/c"]) == {"images"}


def test_a_subscription_that_can_hold_nothing_of_it_is_not_looked_into():
    one = ImageSelector.model_validate({"ids": [f"{ELSEWHERE}/images/c"]})
    assert [one.may_be_in(place) for place in (SUBSCRIPTION, OTHER.upper())] == [False, True]
    assert not ImageSelector.model_validate({"subscriptions": [OTHER]}).may_be_in(SUBSCRIPTION)


def wrong(**body):
    with pytest.raises(RequestInvalidError) as told:
        FleetQuestion.parse(body)
    return [problem.field for problem in told.value.problems]


def test_every_wrong_field_is_named_at_once():
    found = wrong(
        select={"subscriptions": ["mine"], "names": ["web", "[ab]"], "tags": {"<": "a"}, "ids": ["/x"], "groups": []},
        families=[{"pattern": "web"}, {"pattern": "a-#", "name": "b"}],
        defaults={"gallery": "no gallery", "version": "1.0.0", "colour": "red"},
        waveSize=0,
    )
    assert sorted(found) == sorted(
        [
            *("select.subscriptions.0", "select.names.1", "select.tags.<.[key]", "select.ids.0", "select.groups"),
            *("families.0.pattern", "families.1.name", "waveSize"),
            *("defaults.gallery", "defaults.version", "defaults.colour"),
        ]
    )


@pytest.mark.parametrize("select", [{}, {"names": []}, {"tags": {}}])
def test_whoever_says_nothing_does_not_mean_everything(select):
    assert wrong(select=select) == ["select"]


def test_rows_and_a_selector_together_are_two_questions():
    row = {"request": {"sourceImageId": f"{COMPUTE}/images/a"}}
    assert wrong() == ["body"]
    assert wrong(select={"names": ["a"]}, rows=[row]) == ["body"]
    assert wrong(rows=[row], waveSize=3) == ["body"]
    assert FleetQuestion.parse({"rows": [row]}).rows is not None


def test_a_row_has_the_defaults_its_family_and_its_owner():
    question = FleetQuestion.parse(
        {
            "select": {"names": ["*"]},
            "families": [{"pattern": "web-#"}],
            "defaults": {"gallery": "hub", "imageDefinition": "others", "soak": "P14D"},
            "ownerTag": "Team",
        }
    )
    row, other = (question.row_of(image(name, tags={"team": "Ada"})) for name in ("web-1", "db"))
    assert (row.request.image_definition, row.request.gallery, row.owner) == ("web", "hub", "Ada")
    assert (other.request.image_definition, other.request.soak, other.wave) == ("others", row.request.soak, 1)
