"""Every way a tag can ask, and what becomes of it; what makes no sense is told on the image itself."""

import pytest

from tests.support.documents import GALLERY_ID
from tests.support.running.app import outcome
from tests.support.running.azure import TAG, definition_of, target_regions, unique
from tests.support.waiting import eventually

PLAN = {"publisher": "contoso", "product": "web", "name": "standard"}
CASES = {
    "default": ("default", ""),
    "gallery": ("{gallery}", ""),
    "definition": ("{gallery}/{definition}", ""),
    "version": ("{gallery}/{definition}/7.8.9", ""),
    "gallery id": ("{gallery_id}", ""),
    "definition id": ("{gallery_id}/images/{definition}", ""),
    "regions": ("default", "regions=West US 2=2=premium_lrs,southcentralus,eastus2=3"),
    "end of life": ("default", "eol=2099-12-31"),
    "plan": ("default", "plan=contoso/web/standard"),
    "keep": ("default", "delete-source=never"),
    "excluded": ("default", "Delete-Source = never ; exclude-from-latest = true;"),
    "identity": (
        "default",
        "publisher=fabrikam; offer=linux; sku={definition}; security-type=standard; features=nvme,hibernation",
    ),
}


class Asked:
    """One image for each case, all tagged at once; `migration` waits until it was answered."""

    def __init__(self, app, azure):
        self.app, self.azure = app, azure
        self.gallery_id = azure.seed_gallery("asked")
        self.images, self.definitions = {}, {}
        for case, (value, options) in CASES.items():
            self.definitions[case] = definition = unique("definition")
            names = {"gallery": self.gallery_id.rpartition("/")[2], "gallery_id": self.gallery_id}
            tags = {TAG: value.format(**names, definition=definition)}
            if options:
                tags[f"{TAG}-options"] = options.format(definition=definition)
            self.images[case] = image = azure.seed_image("asking", generation="V2" if case == "identity" else "V1")
            azure.update_image(image, tags)

    def migration(self, case):
        migration_id = self.app.started(self.images[case])["id"]
        return self.app.ended(migration_id) if case in {"excluded", "keep"} else self.app.waiting(migration_id)

    def version(self, case):
        return self.azure.read(self.migration(case)["imageVersionId"])


@pytest.fixture(scope="module")
def asked(shared_app, shared_azure):
    return Asked(shared_app, shared_azure)


def test_default_asks_for_the_gallery_of_the_settings_and_a_definition_named_after_the_image(asked):
    migration = asked.migration("default")
    assert migration["imageVersionId"] == f"{definition_of(asked.images['default'])}/versions/1.0.0"
    assert target_regions(asked.version("default")) == [("East US 2", 1, "Standard_ZRS")]
    assert migration["plan"]["origins"]["gallery"] == "setting MIGRATION_GALLERY"


@pytest.mark.parametrize("case", ["gallery", "gallery id"])
def test_a_gallery_may_be_named_or_given_by_its_id(asked, case):
    name = asked.images[case].rpartition("/")[2]
    migration = asked.migration(case)
    assert migration["imageVersionId"].lower() == f"{asked.gallery_id}/images/{name}/versions/1.0.0".lower()
    assert migration["plan"]["origins"]["gallery"] == "tag"


@pytest.mark.parametrize("case", ["definition", "definition id"])
def test_a_definition_may_be_named(asked, case):
    definition = f"{asked.gallery_id}/images/{asked.definitions[case]}"
    assert asked.migration(case)["imageVersionId"].lower() == f"{definition}/versions/1.0.0".lower()
    assert asked.azure.exists(definition)


def test_a_version_may_be_named(asked):
    assert asked.migration("version")["imageVersionId"].endswith(f"{asked.definitions['version']}/versions/7.8.9")


def test_regions_have_replicas_and_storage_of_their_own(asked):
    assert sorted(target_regions(asked.version("regions"))) == [
        ("East US 2", 3, "Standard_ZRS"),
        ("South Central US", 1, "Standard_ZRS"),
        ("West US 2", 2, "Premium_LRS"),
    ]


def test_an_end_of_life_is_written_to_the_version(asked):
    assert asked.version("end of life")["properties"]["publishingProfile"]["endOfLifeDate"].startswith("2099-12-31")


def test_a_purchase_plan_is_written_to_the_definition(asked):
    asked.migration("plan")
    definition = asked.azure.read(definition_of(asked.images["plan"]))
    assert definition["properties"]["purchasePlan"] == PLAN


def test_of_a_source_that_is_never_to_be_deleted_nobody_is_asked_and_its_version_may_be_latest(asked):
    ended = asked.migration("keep")
    assert (outcome(ended), ended["expiresAt"]) == (("SourceKept", "Policy"), None)
    assert asked.azure.exists(asked.images["keep"])
    version = asked.azure.read(ended["imageVersionId"])
    assert version["properties"]["publishingProfile"]["excludeFromLatest"] is False


def test_a_version_that_is_to_stay_excluded_needs_no_approval_where_the_source_is_kept(asked):
    assert outcome(asked.migration("excluded")) == ("SourceKept", "Policy")
    assert asked.version("excluded")["properties"]["publishingProfile"]["excludeFromLatest"] is True


def test_publisher_offer_sku_security_type_and_features_of_a_new_definition_may_be_named(asked):
    asked.migration("identity")
    properties = asked.azure.read(definition_of(asked.images["identity"]))["properties"]
    sku = asked.definitions["identity"]
    assert properties["identifier"] == {"publisher": "fabrikam", "offer": "linux", "sku": sku}
    assert properties["features"] == [
        {"name": "SecurityType", "value": "Standard"},
        {"name": "DiskControllerTypes", "value": "SCSI, NVMe"},
        {"name": "IsHibernateSupported", "value": "True"},
    ]


NONSENSE = {
    "too many parts": ("gallery/definition/1.0.0/more", "", [f"{TAG}: 'gallery/definition/1.0.0/more'"]),
    "empty part": ("gallery//1.0.0", "", [f"{TAG}: 'gallery//1.0.0'"]),
    "empty": ("", "", [f"{TAG}: ''"]),
    "bad version": ("gallery/definition/1.0", "", [f"{TAG}: version: '1.0'"]),
    "no gallery": ("no_such_gallery", "", ["gallery: gallery 'no_such_gallery' does not exist"]),
    "everything": (
        "bad gallery!/definition/x.y.z",
        "regions=westus2=0=gold; eol=tomorrow; plan=contoso; delete-source=maybe; colour=blue; eol=2099-01-01",
        [
            f"{TAG}: gallery: 'bad gallery!'",
            f"{TAG}: version: 'x.y.z'",
            f"{TAG}-options: regions.0.replicaCount",
            f"{TAG}-options: regions.0.storageAccountType",
            f"{TAG}-options: eol: 'tomorrow'",
            f"{TAG}-options: eol: 'eol' is given twice",
            f"{TAG}-options: plan: 'contoso'",
            f"{TAG}-options: delete-source",
            f"{TAG}-options: colour: 'colour=blue'",
        ],
    ),
}


@pytest.mark.parametrize("case", NONSENSE)
def test_nonsense_is_refused_with_every_problem_and_told_on_the_image(app, azure, case):
    value, options, problems = NONSENSE[case]
    image = azure.seed_image("nonsense")
    azure.update_image(image, {TAG: value, f"{TAG}-options": options})
    ended = app.ended(app.started(image)["id"])
    assert ended["outcome"]["kind"] == "Refused"
    assert [problem for problem in problems if problem not in ended["outcome"]["reason"]] == []
    assert azure.tags(image)[f"{TAG}-status"].startswith(f"Refused {ended['outcome']['code']} ")
    assert not azure.exists(definition_of(image))


def test_what_is_wrong_with_the_image_is_told_together_with_what_is_wrong_with_its_tag(app, azure):
    image = azure.seed_image("specialized", data_gib=(2000,))
    azure.change(image, lambda properties: properties["storageProfile"]["osDisk"].update(osState="Specialized"))
    azure.update_image(image, {TAG: "a/b/c/d"})
    reason = app.ended(app.started(image)["id"])["outcome"]["reason"]
    assert "'a/b/c/d'" in reason
    assert "OS state is Specialized" in reason
    assert "data disk 0 has 2000 GB" in reason


def test_a_corrected_tag_starts_the_migration_that_was_refused(app, azure):
    image = azure.seed_image("corrected")
    azure.update_tags(image, {TAG: "a/b/c/d"})
    refused = app.ended(app.started(image)["id"])
    assert refused["outcome"]["kind"] == "Refused"
    azure.update_tags(image, {TAG: GALLERY_ID})
    again = eventually(lambda: found if (found := app.find(image))["createdAt"] != refused["createdAt"] else None)
    app.status_where(again["id"], lambda status: status["run"] == again["run"])
    assert app.waiting(again["id"])["imageVersionId"] == f"{definition_of(image)}/versions/1.0.0"


def test_an_event_about_an_image_that_makes_no_sense_is_delivered_once(app, azure):
    image = azure.seed_image("strange")
    azure.change(image, lambda properties: properties["storageProfile"].update(dataDisks=[None]))
    azure.update_tags(image, {TAG: "default"})
    (event,) = eventually(lambda: [one for one in azure.events_about(image) if one["deliveries"]])
    assert [attempt["status"] for attempt in event["deliveries"]] == [202]
    azure.change(image, lambda properties: properties["storageProfile"].update(dataDisks=[]))
    azure.update_tags(image, {"team": "web"})
    assert app.started(image)
