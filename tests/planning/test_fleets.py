"""Plans of many images: the same as of each by itself, for a fraction of the calls; as JSON, and as a sheet."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from dev.emulator.seed import IMAGES_GROUP, managed_image
from migration.asking.reading import settings
from steering.fleets.foreseeing import planning
from tests.support.documents import GALLERY_ID
from tests.support.running.answers import name_of, planned
from tests.support.running.azure import DONE
from tests.support.running.estate import FORBIDDEN, set_to, update

LARGE = managed_image("large", data_gib=(4_096,))["properties"]["storageProfile"]

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
HUB = name_of(GALLERY_ID)


def seed_images(azure, names, **facts):
    """Images of these names, each a month younger than the one before; gives back their ids in the order of names."""
    found = []
    for number, name in enumerate(names):
        made = (BEGIN + timedelta(days=30 * number)).isoformat()
        document = managed_image(name, **facts)
        found.append(azure.control.put_resource(document | {"systemData": {"createdAt": made}})["id"])
    return found


def forecast(app, after="", top=100, owner="", headers=None, **question):
    query = "&".join(f"{name}={value}" for name, value in (("after", after), ("top", top), ("owner", owner)) if value)
    return app.call("POST", f"fleets/plan?{query}", {"defaults": {"gallery": HUB}, **question}, headers=headers)


def pages(app, **question):
    """The images of all pages, in their order."""
    found, after = [], ""
    while True:
        answer = forecast(app, after=after, **question)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["images"]
        if not page["nextLink"]:
            assert page["total"] == len(found)
            return found
        after = page["images"][-1]["row"]["request"]["sourceImageId"]


def told(image):
    """Name, definition and version, or the codes of the problems."""
    went = image["destination"]
    source = name_of(image["row"]["request"]["sourceImageId"])
    return (source, *([name_of(went["imageDefinitionId"]), went["version"]] if went else codes(image)))


def codes(image):
    return [problem["code"] for problem in image["problems"]]


def reads(azure, before):
    """What was asked of Resource Manager since so many calls."""
    paths = [call["path"] for call in azure.control.calls()[before:]]
    return [path for path in paths if path.startswith(("/subscriptions", "/providers"))]


MONTHS = [f"web-2024{month:02}01" for month in range(1, 13)]


@pytest.fixture
def shuffled():
    """The months in another order than that of their names: the order in which the images were made."""
    names = list(MONTHS)
    Random(7).shuffle(names)
    return names


def test_twelve_monthly_images_become_ascending_versions_in_the_order_in_which_they_were_made(app, azure, shuffled):
    seed_images(azure, shuffled)
    found = pages(app, select={"names": ["web-2024*"]}, families=[{"pattern": "web-#"}])
    assert [told(one) for one in found] == [(name, "web", f"1.0.{number}") for number, name in enumerate(shuffled)]
    assert [one["destination"]["createDefinition"] for one in found] == [True, *[False] * 11]


def test_they_count_on_from_the_versions_that_are_there(app, azure):
    definition = azure.seed_definition("web", exact=True)
    azure.seed_version(definition, "2023.12.1")
    seed_images(azure, MONTHS[:3])
    found = pages(app, select={"names": ["web-2024*"]}, families=[{"pattern": "web-#"}])
    assert [told(one)[2] for one in found] == ["2023.12.2", "2023.12.3", "2023.12.4"]


def test_pages_do_not_tear_a_definition_apart(app, azure):
    seed_images(azure, MONTHS[:3])
    seed_images(azure, ["db-1", "db-2"])
    question = {"select": {"names": ["web-2024*", "db-?"]}, "families": [{"pattern": "{definition}-#"}]}
    first = forecast(app, top=1, **question).json()
    assert [told(one)[1:] for one in first["images"]] == [("db", "1.0.0"), ("db", "1.0.1")]
    assert first["total"] == 5
    assert [told(one)[2] for one in pages(app, top=1, **question)] == ["1.0.0", "1.0.1", "1.0.0", "1.0.1", "1.0.2"]


def machine_with_plan(azure, image):
    machine = f"{IMAGES_GROUP}/providers/Microsoft.Compute/virtualMachines/captured"
    plan = {"publisher": "contoso", "product": "linux", "name": "basic"}
    azure.control.put_resource({"id": machine, "location": "eastus2", "plan": plan, "properties": DONE})
    azure.change(image, lambda properties: properties.update(sourceVirtualMachine={"id": machine}))


LARGE = managed_image("large", data_gib=(4_096,))["properties"]["storageProfile"]
ODD = {
    "plain": lambda azure, image: None,
    "in a definition that is there": lambda azure, image: azure.seed_definition(name_of(image), exact=True),
    "in a definition of another kind": lambda azure, image: azure.seed_definition(
        name_of(image), exact=True, osType="Windows"
    ),
    "locked": lambda azure, image: azure.lock(image),
    "in a locked group": lambda azure, image: azure.lock(IMAGES_GROUP, "ReadOnly"),
    "from a machine with a plan": machine_with_plan,
    "from a machine that is gone": lambda azure, image: azure.change(
        image, lambda properties: properties.update(sourceVirtualMachine={"id": f"{IMAGES_GROUP}/providers/x"})
    ),
    "too large": lambda azure, image: update(azure, image, storageProfile=LARGE),
    "with tags": lambda azure, image: azure.update_tags(image, {"expireOn": "2027-01-01"}),
}


@pytest.mark.parametrize("oddity", ODD)
def test_a_plan_of_many_is_the_plan_of_each(app, azure, oddity):
    """What of a single plan is shown for an image among others is the same, notes and problems included."""
    [image, _] = images = seed_images(azure, ["odd", "beside"])
    ODD[oddity](azure, image)
    for one in pages(app, select={"ids": images}):
        answer = app.plan(one["row"]["request"]["sourceImageId"], gallery=HUB)
        if one["problems"]:
            told_alone = answer.json()["errors"]
            assert codes(one) == [problem["code"] for problem in told_alone]
            assert [p["message"] for p in one["problems"]] == [problem["message"] for problem in told_alone]
            continue
        plan = planned(answer)
        went = one["destination"]
        assert one["notes"] == plan["notes"]
        assert went["galleryId"] == plan["gallery"]["id"]
        assert went["imageDefinitionId"] == plan["definition"]["id"]
        for field in ("version", "targetRegions", "createDefinition", "adoptVersion", "deleteSource", "soak"):
            assert went[field] == plan[field]


def test_a_hundred_images_cost_little_more_than_a_read_for_each(app, azure):
    names = [f"many-{number:03}" for number in range(100)]
    seed_images(azure, names)
    for name in names:
        azure.seed_version(azure.seed_definition(name, exact=True), "1.0.0")
    before = len(azure.control.calls())
    found = pages(app, select={"names": ["many-*"]}, top=30)
    asked = reads(azure, before)
    assert [told(one)[2] for one in found] == ["1.0.1"] * 100
    assert len(asked) <= 1.2 * 100, sorted(asked)


def test_images_without_definitions_cost_next_to_none(app, azure):
    seed_images(azure, [f"many-{number:03}" for number in range(100)])
    before = len(azure.control.calls())
    assert all(one["destination"] for one in pages(app, select={"names": ["many-*"]}))
    assert len(reads(azure, before)) <= 20


def test_a_right_that_is_missing_is_told_of_each_image(app, azure):
    [image] = seed_images(azure, ["own"])
    subscription = IMAGES_GROUP.partition("/resourceGroups")[0]
    with set_to(azure, deniedActions={"Microsoft.Compute/images/delete": subscription}):
        [one] = pages(app, select={"ids": [image]})
        assert codes(one) == ["MissingRight"]
        assert image.lower() in one["problems"][0]["message"].lower()


def test_who_uses_an_image_is_told_by_kind(app, azure):
    used, free = seed_images(azure, ["used", "free"])
    azure.seed_consumer("virtualMachineScaleSets", used)
    azure.seed_consumer("virtualMachines", used)
    found = {told(one)[0]: one for one in pages(app, select={"ids": [used, free]})}
    assert found["used"]["users"] == {"machines-without-own-disk": 1, "scale-sets": 1}
    assert [note for note in found["used"]["notes"] if note.startswith("as things stand the source will be kept")]
    assert found["free"]["users"] == {}


def test_users_that_cannot_be_looked_for_are_none_that_there_are_not(app, azure):
    images = seed_images(azure, ["used"])
    azure.control.add_fault(method="POST", path="/Microsoft.ResourceGraph/", error=FORBIDDEN, times=9)
    [one] = pages(app, select={"ids": images})
    assert one["users"] is None
    assert [note for note in one["notes"] if note.startswith("not checked: who uses the source image")]


def test_gigabytes_and_cost_are_those_of_every_replica(azure, app, monkeypatch):
    images = seed_images(azure, ["sized"], os_gib=20, data_gib=(10,))
    defaults = {"gallery": HUB, "targetRegions": "eastus2=2=Standard_LRS,westus2=1=Premium_LRS"}
    [one] = pages(app, select={"ids": images}, defaults=defaults)
    assert one["gigabytes"] == {"eastus2": 60, "westus2": 30}
    assert one["monthlyCost"] is None
    configured(monkeypatch, MIGRATION_PRICES="Standard_LRS=0.05,westus2=Premium_LRS=0.2")
    [one] = pages(app, select={"ids": images}, defaults=defaults)
    assert one["monthlyCost"] == 60 * 0.05 + 30 * 0.2


def configured(monkeypatch, **told_so):

    for name, value in told_so.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()


def test_an_image_that_is_not_there_is_a_problem_of_its_own(app, azure):
    [image] = seed_images(azure, ["there"])
    found = {told(one)[0]: one for one in pages(app, select={"ids": [image, f"{image}-gone"]})}
    assert found["there"]["destination"]
    assert codes(found["there-gone"]) == ["NotFound"]


def test_what_is_left_out_is_not_planned(app, azure):
    images = seed_images(azure, MONTHS[:2])
    rows = [
        {"request": {"sourceImageId": one, "gallery": HUB, "imageDefinition": "web"}, "leftOut": number == 0}
        for number, one in enumerate(images)
    ]
    answer = app.call("POST", "fleets/plan", {"rows": rows}).json()
    assert [(told(one), one["row"]["leftOut"]) for one in answer["images"]] == [
        ((MONTHS[0],), True),
        ((MONTHS[1], "web", "1.0.0"), False),
    ]


def test_an_older_image_in_a_later_wave_is_told(app, azure):
    images = seed_images(azure, MONTHS[:2])
    request = {"gallery": HUB, "imageDefinition": "web"}
    rows = [{"request": {"sourceImageId": images[0], **request}, "wave": 2}]
    rows += [{"request": {"sourceImageId": images[1], **request}}]
    answer = app.call("POST", "fleets/plan", {"rows": rows}).json()
    assert [told(one)[0] for one in answer["images"]] == MONTHS[1::-1]
    late = [note for note in answer["images"][1]["notes"] if "earlier wave" in note]
    assert len(late) == 1


def test_a_plan_for_each_owner(app, azure):
    images = seed_images(azure, ["a", "b", "c"])
    for image, owner in zip(images, ["Ada", "Bob", None], strict=True):
        azure.control.put_resource(azure.control.resource(image) | {"tags": {"Owner": owner} if owner else {}})
    select = {"ids": images}
    assert [one["row"]["owner"] for one in pages(app, select=select)] == ["Ada", "Bob", ""]
    assert [told(one)[0] for one in pages(app, select=select, owner="ada")] == ["a"]


CSV = {"Accept": "text/csv"}


def test_a_plan_leaves_as_a_sheet_and_the_sheet_comes_back_as_the_same_plan(app, azure, shuffled):
    seed_images(azure, shuffled)
    question = {"select": {"names": ["web-2024*"]}, "families": [{"pattern": "web-#"}], "waveSize": 5}
    question |= {"defaults": {"gallery": HUB, "soak": "P14D", "targetRegions": ["westus2=2"]}}
    sheet = forecast(app, headers=CSV, **question)
    assert sheet.status_code == 200
    assert "1.0.11" in sheet.text
    answer = app.call("POST", "fleets/sheet", data=sheet.content, headers={"Content-Type": "text/csv"})
    rows = answer.json()["rows"]
    asked, again = forecast(app, **question).json(), app.call("POST", "fleets/plan", {"rows": rows}).json()
    assert again["images"] == asked["images"]
    assert [row["wave"] for row in rows] == [1] * 5 + [2] * 5 + [3] * 2


def test_the_pages_of_a_sheet_are_one_sheet_together(app, azure):
    seed_images(azure, [f"page-{number}" for number in range(5)])
    text, after = b"", ""
    while True:
        answer = forecast(app, after=after, top=2, headers=CSV, select={"names": ["page-*"]})
        text += answer.content
        link = answer.headers.get("Link")
        if link is None:
            break
        after = link.partition("after=")[2].partition(">")[0]
    rows = app.call("POST", "fleets/sheet", data=text, headers={"Content-Type": "text/csv"}).json()["rows"]
    assert [name_of(row["request"]["sourceImageId"]) for row in rows] == [f"page-{number}" for number in range(5)]


def test_a_bad_sheet_names_its_rows(app):
    answer = app.call("POST", "fleets/sheet", data=b"image,wave\r\nweb,0\r\n", headers={"Content-Type": "text/csv"})
    assert answer.status_code == 422
    assert {problem["field"] for problem in answer.json()["errors"]} == {"row 2, image", "row 2, wave"}
    assert app.call("POST", "fleets/sheet", {"rows": []}).status_code == 415


def test_where_azure_throttles_a_page_ends_early_and_says_how_long_to_wait(app, azure):
    for name in ("slow-1", "slow-2"):
        azure.seed_version(azure.seed_definition(name, exact=True), "1.0.0")
    seed_images(azure, ["slow-1", "slow-2"])
    azure.control.add_fault(
        method="GET", path="/images/slow-2/versions", throttle="compute", retryAfterSeconds=7, times=2
    )
    question = {"select": {"names": ["slow-*"]}}
    answer = forecast(app, **question)
    assert [told(one)[0] for one in answer.json()["images"]] == ["slow-1"]
    assert answer.headers["Retry-After"] == "7"
    [last] = forecast(app, after=answer.json()["images"][-1]["row"]["request"]["sourceImageId"], **question).json()[
        "images"
    ]
    assert told(last) == ("slow-2", "slow-2", "1.0.1")


def test_before_azure_has_to_refuse_a_page_ends_early_and_leaves_the_rest_to_migrations(app, azure):
    names = [f"slow-{number:03}" for number in range(110)]
    for name in names:
        azure.seed_version(azure.seed_definition(name, exact=True), "1.0.0")
    seed_images(azure, names)
    azure.control.set_speed(0)  # three minutes of a limit would be over at once
    azure.control.settings(rateLimitFactor=1.0, rateLimits={"ListGalleryImageVersionsInGalleryImage": [100, 1_000]})
    before = len(azure.control.calls())
    answer = forecast(app, top=200, select={"names": ["slow-*"]})
    assert 80 < len(answer.json()["images"]) < 100
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert 429 not in {call["status"] for call in azure.control.calls()[before:]}


def test_a_page_whose_time_is_up_ends_early(app, azure, monkeypatch):
    monkeypatch.setattr(planning, "PAGE_SECONDS", 0.0)
    seed_images(azure, ["late-1", "late-2"])
    assert len(forecast(app, select={"names": ["late-*"]}).json()["images"]) == 1
    assert len(pages(app, select={"names": ["late-*"]})) == 2


def test_a_page_after_an_image_that_is_not_among_them_is_refused(app, azure):
    [image] = seed_images(azure, ["one"])
    answer = forecast(app, after=f"{image}-gone", select={"ids": [image]})
    assert (answer.status_code, answer.json()["code"]) == (409, "PlaceGone")
    assert answer.json()["nextAction"]


def test_nothing_is_written_and_nothing_is_started(app, azure):
    seed_images(azure, MONTHS[:2])
    before = azure.control.state()["writes"]
    pages(app, select={"names": ["web-2024*"]})
    assert azure.control.state()["writes"] == before
    assert azure.rows("image") == []
