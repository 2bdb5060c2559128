"""Disk encryption sets: one for every region, of that region, and of the right kind."""

from tests.support.running.answers import problems_of
from tests.support.running.estate import (
    encrypt,
    seed_encryption_set,
)


def test_an_encrypted_image_without_a_set_for_a_region_is_told_how_to_name_one(app, azure):
    image = azure.seed_image("secret")
    encrypt(azure, image, seed_encryption_set(azure, "own", "eastus2"))
    answer = app.plan(image, targetRegions=["westus3"])
    assert problems_of(answer) == [("encryptionSets", "SourceEncrypted")]
    assert "encryption=westus3:name" in answer.text


def test_a_set_of_another_region_or_one_for_confidential_machines_is_a_problem(app, azure):
    image = azure.seed_image("secret")
    encrypt(azure, image, seed_encryption_set(azure, "own", "eastus2"))
    seed_encryption_set(azure, "north", "northeurope")
    seed_encryption_set(azure, "private", "westus3", encryptionType="ConfidentialVmEncryptedWithCustomerKey")
    for named, code in (("north", "EncryptionSetElsewhere"), ("private", "EncryptionSetUnfit")):
        answer = app.plan(image, targetRegions=["westus3"], encryptionSets=f"westus3:{named}")
        assert problems_of(answer) == [("encryptionSets", code)]
