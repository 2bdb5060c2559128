"""Target regions: names in every spelling, and the grammar of `az sig image-version create --target-regions`."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from migration.values.image_version.regions import (
    RequestedRegion,
    StorageAccountType,
    TargetRegion,
    duplicate_regions,
    normalise_region,
    split_regions,
)

NAMES = st.from_regex(r"[a-z]{2,12}[0-9]?", fullmatch=True)
STORAGE = st.sampled_from(StorageAccountType)


@pytest.mark.parametrize("name", ["westus2", "West US 2", "WESTUS2", " west us\t2 ", "westUS2"])
def test_a_region_has_one_name_in_every_spelling(name: str):
    assert normalise_region(name) == "westus2"
    assert RequestedRegion.model_validate({"name": name}).name == "westus2"


@given(name=NAMES, replicas=st.none() | st.integers(1, 100), storage=st.none() | STORAGE)
def test_what_is_written_in_the_grammar_is_read(name: str, replicas: int | None, storage: StorageAccountType | None):
    parts = [name, *([str(replicas)] if replicas else []), *([storage.value.lower()] if storage else [])]
    read = RequestedRegion.model_validate("=".join(parts))
    assert (read.name, read.replica_count, read.storage_account_type) == (name, replicas, storage)


@given(name=NAMES, replicas=st.none() | st.integers(1, 100), storage=st.none() | STORAGE)
def test_a_region_survives_the_durable_boundary(name: str, replicas: int | None, storage: StorageAccountType | None):
    region = RequestedRegion(name=name, replica_count=replicas, storage_account_type=storage)
    assert RequestedRegion.model_validate(region.dump()) == region


NOT_THE_GRAMMAR = """
=2  westus2=  westus2==premium_lrs  westus2=2=  westus2=2=premium_lrs=x  westus2=premium_lrs=2  westus2=2=fast
westus2=0  westus2=101  westus2=-1  westus2=1.5  westus2=²  west-us  wést
"""


@pytest.mark.parametrize("text", ["", *NOT_THE_GRAMMAR.split()])
def test_what_is_not_the_grammar_is_refused(text: str):
    with pytest.raises(ValidationError):
        RequestedRegion.model_validate(text)


@given(st.text(max_size=40))
def test_no_text_breaks_the_grammar(text: str):
    with suppress(ValidationError):
        assert RequestedRegion.model_validate(text).name.isalnum()


def test_a_misspelt_field_of_a_region_is_not_ignored():
    with pytest.raises(ValidationError, match="replicas"):
        RequestedRegion.model_validate({"name": "westus2", "replicas": 3}, extra="forbid")


def test_what_a_region_leaves_out_is_filled_in():
    bare = RequestedRegion.model_validate("westus2").resolve(3, StorageAccountType.STANDARD_ZRS, has_zones=False)
    assert (bare.replica_count, bare.storage_account_type) == (3, "Standard_ZRS")
    full = RequestedRegion.model_validate("westus2=2=premium_lrs").resolve(
        3, StorageAccountType.STANDARD_ZRS, has_zones=True
    )
    assert (full.replica_count, full.storage_account_type) == (2, "Premium_LRS")


@pytest.mark.parametrize(("has_zones", "storage"), [(True, "Standard_ZRS"), (False, "Standard_LRS")])
def test_a_preference_comes_to_a_storage_and_is_known_as_one(has_zones: bool, storage: str):
    region = RequestedRegion.model_validate("westus2=prefer-zrs")
    resolved = region.resolve(1, StorageAccountType.PREMIUM_LRS, has_zones=has_zones)
    assert (resolved.storage_account_type, resolved.preferred) == (storage, True)
    assert TargetRegion.model_validate(resolved.dump()) == resolved
    assert resolved.in_one_zone().storage_account_type == "Standard_LRS"


def test_a_region_planned_by_an_earlier_release_has_the_storage_asked_for():
    earlier = {"name": "westus2", "replicaCount": 1, "storageAccountType": "Standard_ZRS"}
    region = TargetRegion.model_validate(earlier)
    assert (region.preferred, region.in_one_zone(), region.dump()) == (False, region, earlier)


def test_a_list_may_have_spaces_and_a_last_comma():
    assert split_regions(" westus2=2 , East US 2 ,, ") == ["westus2=2", "East US 2"]


def test_a_region_named_in_two_spellings_is_a_duplicate():
    regions = [RequestedRegion.model_validate(text) for text in ("East US 2", "westus2", "eastus2=3")]
    assert duplicate_regions(regions) == ["eastus2"]
