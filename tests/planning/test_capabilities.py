"""What a copy can be used for: features and security type of its definition, its home, its disks; as plans say it."""

import pytest

from migration.asking.reading import settings
from tests.support.running.answers import name_of, notes_of, planned, problems_of
from tests.support.running.estate import update

NVME = {"name": "DiskControllerTypes", "value": "SCSI, NVMe"}


def has(answer, words):
    return any(words in note for note in notes_of(answer))


@pytest.fixture
def setting(monkeypatch):
    def change(name, value):
        monkeypatch.setenv(f"MIGRATION_{name}", value)
        settings.cache_clear()

    return change


def test_features_of_a_new_definition_are_in_the_plan(app, azure):
    plan = planned(app.plan(azure.seed_image("fast", generation="V2"), features="nvme, hibernation"))
    assert plan["definition"]["features"] == ["nvme", "hibernation"]
    assert plan["origins"]["features"] == "request"


def test_a_word_that_is_no_feature_is_refused_by_name(app, azure):
    answer = app.plan(azure.seed_image("fast", generation="V2"), features=["nvme", "turbo"])
    assert problems_of(answer) == [("features.1", "Invalid")]
    assert "'turbo' is none of 'nvme', 'accelerated-networking' or 'hibernation'" in answer.text


def test_nvme_for_an_image_of_generation_1_is_a_problem(app, azure):
    assert problems_of(app.plan(azure.seed_image("old"), features=["nvme"])) == [("features", "GenerationTooOld")]


@pytest.mark.parametrize("generation", ["V1", "V2"])
def test_nvme_of_the_setting_is_left_out_for_generation_1_alone(app, azure, setting, generation):
    setting("FEATURES", "nvme")
    answer = app.plan(azure.seed_image("any", generation=generation))
    assert planned(answer)["definition"]["features"] == (["nvme"] if generation == "V2" else [])
    assert has(answer, "left out of MIGRATION_FEATURES") is (generation == "V1")


def test_a_cloud_that_lags_gets_no_feature_that_it_does_not_know(app, azure, setting):
    image = azure.seed_image("far", generation="V2")
    setting("API_VERSIONS", "galleries=2019-12-01")
    assert problems_of(app.plan(image, features=["nvme"])) == [("features", "FeatureUnknown")]
    setting("FEATURES", "nvme")
    answer = app.plan(image)
    assert planned(answer)["definition"]["features"] == []
    assert has(answer, "not known to api-version 2019-12-01")


@pytest.mark.parametrize("features", [[], [NVME]])
def test_a_definition_of_others_must_have_the_feature_that_is_asked_for(app, azure, features):
    definition = azure.seed_definition("others", hyperVGeneration="V2", features=features)
    image = azure.seed_image("fast", generation="V2")
    answer = app.plan(image, imageDefinition=name_of(definition), features="nvme")
    if features:
        assert planned(answer)["definition"]["features"] == ["nvme"]
    else:
        assert problems_of(answer) == [("imageDefinition", "DefinitionMismatch")]
    assert has(app.plan(image, imageDefinition=name_of(definition)), "has no NVMe") is (not features)


@pytest.mark.parametrize("generation", ["V1", "V2"])
def test_generation_1_is_told_of_what_it_bars(app, azure, generation):
    assert has(app.plan(azure.seed_image("any", generation=generation)), "generation 1:") is (generation == "V1")


@pytest.mark.parametrize("storage", ["Standard_LRS", "Premium_LRS"])
def test_an_os_disk_of_standard_hdd_is_noted(app, azure, storage):
    image = azure.seed_image("slow")
    azure.change(image, lambda properties: properties["storageProfile"]["osDisk"].update(storageAccountType=storage))
    assert has(app.plan(image), "retires for OS disks on 2028-09-08") is (storage == "Standard_LRS")


def test_every_plan_names_the_home_region(app, azure):
    assert has(app.plan(azure.seed_image("home")), "home region eastus2")


def test_a_retired_region_is_a_problem_of_the_plan(app, azure):
    answer = app.plan(azure.seed_image("far"), targetRegions=["chinanorth"])
    assert ("targetRegions", "RegionRetired") in problems_of(answer)


@pytest.mark.parametrize(("where", "noted"), [({}, False), ({"location": "westus2"}, True)])
def test_a_community_gallery_elsewhere_than_its_version_is_noted(app, azure, where, noted):
    gallery = azure.seed_gallery("shared")
    update(azure, gallery, sharingProfile={"permissions": "Community"})
    answer = app.plan(azure.seed_image("shown", **where), gallery=gallery)
    assert has(answer, "shows to others only versions made in its own region") is noted


@pytest.mark.parametrize(("location", "noted"), [("eastus2", False), ("westus2", True)])
def test_a_definition_elsewhere_in_a_community_gallery_is_noted(app, azure, location, noted):
    gallery = azure.seed_gallery("shared")
    update(azure, gallery, sharingProfile={"permissions": "Community"})
    definition = azure.seed_definition("shown", gallery=gallery)
    azure.control.put_resource(azure.control.resource(definition) | {"location": location})
    answer = app.plan(azure.seed_image("shown"), gallery=gallery, imageDefinition=name_of(definition))
    assert has(answer, "only versions made in the region of their definition") is noted
