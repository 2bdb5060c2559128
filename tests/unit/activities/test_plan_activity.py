"""Step 1 against an emulated Azure: a plan or every problem, and nothing written either way."""

import pytest

from arm.transport.errors import ArmRefusedError
from dev.emulator.seed import IMAGES_GROUP
from migration.plan.plan import PlanResult
from migration.values.problems import Problem
from steering.gathering.planning import draw_up_plan
from tests.support.azure_samples import BASE, COMPUTE, GALLERY, SOURCE, VERSION, start
from tests.support.samples import DEFAULTS, make_settings


def codes(result: PlanResult) -> list[str]:
    assert (result.plan is None) == bool(result.problems)
    return [problem.code for problem in result.problems]


@pytest.fixture(autouse=True)
def nothing_is_written(azure):
    yield
    assert azure.control.state()["writes"] == 0


async def test_a_plan_is_made_from_what_azure_says(azure):
    result = await draw_up_plan(start(targetRegions=["West US 2=2"]), DEFAULTS)
    plan = result.plan
    assert plan is not None
    assert plan.image_version_id == VERSION
    assert plan.source.id == SOURCE
    assert (plan.definition.os_type, plan.definition.generation) == ("Linux", "V1")
    assert [region.name for region in plan.target_regions] == ["eastus2", "westus2"]
    assert (plan.create_gallery, plan.create_definition) == (False, True)
    assert plan.origins["gallery"] == "request"


async def test_an_existing_definition_gives_the_next_number(azure):
    plan = (await draw_up_plan(start(imageDefinition="Ubuntu-Base"), DEFAULTS)).plan
    assert plan is not None
    assert plan.image_version_id == f"{BASE}/versions/1.0.1"
    assert not plan.create_definition


async def test_versions_on_later_pages_count(azure):
    azure.control.settings(pageSize=2)
    version = azure.control.resource(f"{BASE}/versions/1.0.0")
    for patch in range(1, 12):
        azure.control.put_resource(version | {"id": f"{BASE}/versions/1.0.{patch}", "name": f"1.0.{patch}"})
    plan = (await draw_up_plan(start(imageDefinition="ubuntu-base"), DEFAULTS)).plan
    assert plan is not None
    assert plan.version == "1.0.12"


async def test_a_missing_source_is_a_problem(azure):
    assert codes(await draw_up_plan(start(f"{COMPUTE}/images/none"), DEFAULTS)) == ["NotFound"]


async def test_three_problems_are_three(azure):
    asked = start(targetRegions=["atlantis"], endOfLifeDate="2020-01-01", imageDefinition="ubuntu-base", sku="mine")
    assert sorted(codes(await draw_up_plan(asked, DEFAULTS))) == ["DefinitionMismatch", "InThePast", "RegionNotFound"]


async def test_an_image_of_another_kind_than_its_definition_is_a_problem(azure):
    windows = start(f"{COMPUTE}/images/windows-build", imageDefinition="ubuntu-base")
    result = await draw_up_plan(windows, DEFAULTS)
    assert codes(result) == ["DefinitionMismatch", "DefinitionMismatch"]
    told = " ".join(problem.message for problem in result.problems)
    assert "OS type Linux" in told
    assert "generation V1" in told


async def test_a_missing_gallery_is_a_problem_unless_it_may_be_created(azure):
    missing = start(gallery="new_gallery")
    assert codes(await draw_up_plan(missing, DEFAULTS)) == ["NotFound"]
    plan = (await draw_up_plan(missing, make_settings(create_gallery=True))).plan
    assert plan is not None
    assert plan.create_gallery
    assert plan.gallery.id == f"{COMPUTE}/galleries/new_gallery"


async def test_two_galleries_of_one_name_must_be_told_apart_by_id(azure):
    twin = azure.control.resource(GALLERY) | {
        "id": f"{IMAGES_GROUP}/providers/Microsoft.Compute/galleries/contoso_gallery"
    }
    azure.control.put_resource(twin)
    assert codes(await draw_up_plan(start(), DEFAULTS)) == ["Ambiguous"]
    assert codes(await draw_up_plan(start(gallery=GALLERY), DEFAULTS)) == []


async def test_tags_that_make_no_sense_do_not_hide_what_is_wrong_with_the_image(azure):
    image = azure.control.resource(SOURCE)
    image["properties"]["storageProfile"]["osDisk"]["osState"] = "Specialized"
    azure.control.put_resource(image)
    bad_tags = [Problem(field="migrate-to-gallery", code="Invalid", message="nonsense")]
    asked = start().changed(request=None, problems=bad_tags)
    assert codes(await draw_up_plan(asked, DEFAULTS)) == ["Invalid", "SourceNotGeneralized"]


async def test_a_plan_takes_few_calls_of_azure(azure):
    """Before it looked for locks and keys, and whether who uses the source can be seen, the same plan took seven."""
    await draw_up_plan(start(), DEFAULTS)
    assert len([call for call in azure.control.calls() if "/oauth2/" not in call["path"]]) <= 7 + 1 + 2


async def test_regions_that_may_not_be_read_are_not_checked(azure, monkeypatch):
    async def forbidden(_subscription: str):
        raise ArmRefusedError("AuthorizationFailed", "no")

    monkeypatch.setattr("steering.gathering.reads.each.list_locations", forbidden)
    plan = (await draw_up_plan(start(targetRegions=["atlantis"]), DEFAULTS)).plan
    assert plan is not None
    assert any(note.startswith("not checked") for note in plan.notes)
