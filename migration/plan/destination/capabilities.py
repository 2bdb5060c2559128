"""What a definition can serve: the features it is created with, and which machines cannot be made from its versions."""

from migration.plan.choosing import Choices
from migration.plan.plan import Findings
from migration.resources.gallery import ImageDefinition
from migration.resources.image import ManagedImage
from migration.values.image_version.capabilities import (
    SECURITY_TYPE_SINCE,
    Feature,
    SecurityType,
    needs_newer_api,
    needs_newer_generation,
)


def plan_features(choices: Choices, image: ManagedImage, api_version: str | None, findings: Findings) -> list[Feature]:
    """Return what can be had of the features that are wanted.

    What the request names and cannot be had is a problem; what only the setting names is noted.
    """
    wanted: list[Feature] = choices.value("features")
    too_new = [one for one in wanted if needs_newer_generation(one, image.generation)]
    unknown = [one for one in wanted if one not in too_new and needs_newer_api(one, api_version)]
    asked = choices.asked("features")
    if too_new:
        message = f"{', '.join(too_new)}: not with generation {image.generation}, which the image has"
        _cannot_be_had("GenerationTooOld", message, findings, asked=asked)
    if unknown:
        message = f"{', '.join(unknown)}: not known to api-version {api_version} of galleries"
        _cannot_be_had("FeatureUnknown", message, findings, asked=asked)
    return [one for one in Feature if one in wanted and one not in {*too_new, *unknown}]


def _cannot_be_had(code: str, message: str, findings: Findings, *, asked: bool) -> None:
    if asked:
        findings.problem("features", code, message)
    else:
        findings.note(f"left out of MIGRATION_FEATURES: {message}")


def compare_features(
    existing: ImageDefinition, wanted: list[Feature], choices: Choices, instead: str, findings: Findings
) -> None:
    """A definition that exists is not changed: it must have what the request names, not what the setting does."""
    lacking = ", ".join(one for one in wanted if one not in existing.features)
    if lacking and choices.asked("features"):
        message = f"image definition {existing.name} lacks {lacking}, which the migration needs: {instead}"
        findings.problem("imageDefinition", "DefinitionMismatch", message)
    elif lacking:
        findings.note(f"image definition {existing.name} is not changed: it lacks {lacking} of MIGRATION_FEATURES")


def check_security_type(
    wanted: ImageDefinition, api_version: str | None, *, asked: bool, findings: Findings
) -> ImageDefinition:
    """Return the definition with a security type that can be had: generation 1 has none, which counts as Standard."""
    named = f"security type {wanted.security_type}"
    if wanted.security_type == SecurityType.STANDARD:
        return wanted
    if wanted.generation == "V1":
        code, message = "GenerationTooOld", f"{named} needs generation V2, the image has V1"
    elif api_version is not None and api_version < SECURITY_TYPE_SINCE:
        code, message = "FeatureUnknown", f"{named}: not known to api-version {api_version} of galleries"
    else:
        return wanted
    if asked:
        findings.problem("securityType", code, message)
        return wanted
    findings.note(f"MIGRATION_SECURITY_TYPE does not count: {message}")
    return wanted.changed(security_type=SecurityType.STANDARD)


def note_machines(definition: ImageDefinition, findings: Findings, *, created: bool) -> None:
    """Say which machines cannot be made from the version.

    Sizes: they boot with NVMe alone, and a definition that does not say otherwise is SCSI (reports of refused
    machines: hashicorp/packer-plugin-azure#521, 2025; skypilot-org/skypilot#10375, 2026-08). Security type: inferred
    from what Azure says of TrustedLaunchSupported ("Store and share images in an Azure Compute Gallery"). Generation 1:
    "Upgrade existing Azure Gen1 VMs to Trusted launch", 2026-03-09.
    """
    if definition.generation.upper() == "V1":
        findings.note(
            "generation 1: no machines of v6 or v7 sizes, and none with Trusted Launch; the way there is to upgrade a"
            " machine to generation 2 with Trusted Launch, and to capture it"
        )
        return
    if Feature.NVME not in definition.features:
        offer = "; features=nvme allows them, if the guest can boot from NVMe" if created else ""
        findings.note(f"image definition {definition.name} has no NVMe: no machines of v6 or v7 sizes{offer}")
    if definition.security_type.lower() == SecurityType.STANDARD.lower():
        offer = "; security-type=TrustedLaunchSupported allows them beside others" if created else ""
        bars = f"image definition {definition.name} has security type Standard: no machines with Trusted Launch"
        findings.note(f"{bars}{offer}")
