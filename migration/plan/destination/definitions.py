"""The image definition a version goes into: an existing one must fit the image, a new one is made to."""

import hashlib
import re

from migration.asking.request import identifier_problem
from migration.plan.choosing import Choices
from migration.plan.destination.capabilities import (
    check_security_type,
    compare_features,
    note_machines,
    plan_features,
)
from migration.plan.destination.marketplace import plan_purchase
from migration.plan.plan import Findings
from migration.resources.gallery import Gallery, ImageDefinition
from migration.resources.image import ManagedImage
from migration.resources.provenance import ORIGIN_TAG, origin_of
from migration.values.azure_rules import LONGEST_OFFER, LONGEST_PUBLISHER, LONGEST_SKU, NEEDS_GUEST_STATE
from migration.values.image_version.purchase_plan import PurchasePlan
from migration.values.tags import find_tag

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9.-]+")
_NOT_IN_IDENTIFIERS = re.compile(r"[^A-Za-z0-9._-]+")
_DIGEST_LENGTH = 6
_ANOTHER = "name another image definition, which is created if it is missing"


def definition_name(image_name: str) -> str:
    """Derive a definition's name (letters, digits, dots, dashes) from an image's, which may have underscores."""
    return _NOT_IN_NAMES.sub("-", image_name).strip(".-") or "image"


def fitted(text: str, longest: int) -> str:
    """Derive a part of an identifier; what is cut off is told apart by a digest."""
    fit = _NOT_IN_IDENTIFIERS.sub("-", text).rstrip(".") or "image"
    if len(fit) <= longest:
        return fit
    digest = hashlib.sha256(text.lower().encode()).hexdigest()[:_DIGEST_LENGTH]
    return f"{fit[: longest - _DIGEST_LENGTH - 1]}-{digest}"


def chosen_name(choices: Choices, image: ManagedImage) -> str:
    """Return the name of the definition asked for, or the one derived from the image's."""
    name: str = choices.value("image_definition", definition_name(image.name), "derived from the image's name")
    return name


def plan_definition(
    choices: Choices,
    image: ManagedImage,
    gallery: Gallery,
    definitions: list[ImageDefinition],
    findings: Findings,
    machine_plan: PurchasePlan | None = None,
    api_version: str | None = None,
) -> tuple[ImageDefinition, bool]:
    """Return the definition and whether it must be created. `machine_plan` is that of the image's source machine,
    `api_version` that of galleries; None knows every feature.
    """
    name = chosen_name(choices, image)
    existing = find_definition(definitions, name)
    for other in definitions:
        if other.unreadable is not None and other is not existing:
            findings.note(f"not read: {other.id} ({other.unreadable})")
    if existing is not None and existing.unreadable is not None:
        message = f"image definition {name} cannot be read ({existing.unreadable}): {_ANOTHER}"
        findings.problem("imageDefinition", "DefinitionUnreadable", message)
        return existing, False
    purchase = plan_purchase(choices, image.tags, machine_plan, existing, findings)
    features = plan_features(choices, image, api_version, findings)
    wanted = _wanted(choices, image, gallery, name, purchase).changed(features=features)
    if existing is not None:
        _compare(existing, wanted, choices, findings)
        compare_features(existing, features, choices, _ANOTHER, findings)
        note_machines(existing, findings, created=False)
        _check_state(existing, image, findings)
        if not choices.asked("image_definition"):
            _check_origin(existing, image, findings)
        return existing, False
    wanted = check_security_type(wanted, api_version, asked=choices.asked("security_type"), findings=findings)
    _check_new(wanted, definitions, findings)
    note_machines(wanted, findings, created=True)
    findings.note(f"image definition {name} is created by this migration")
    return wanted, True


def _check_state(existing: ImageDefinition, image: ManagedImage, findings: Findings) -> None:
    """A definition that is going holds no version; one that failed is written again only if made for the image."""
    state = existing.provisioning_state
    ours = (find_tag(existing.tags, ORIGIN_TAG) or "").lower() == origin_of(image).lower()
    if state == "Deleting" or (state == "Failed" and not ours):
        message = f"image definition {existing.name} is in state {state}: {_ANOTHER}"
        findings.problem("imageDefinition", "DefinitionNotReady", message)


def _check_origin(existing: ImageDefinition, image: ManagedImage, findings: Findings) -> None:
    """Keep images apart whose names derive the same definition (`a_b` and `a-b`), unless someone says otherwise."""
    origin = find_tag(existing.tags, ORIGIN_TAG)
    if origin is not None and origin.lower() != origin_of(image).lower():
        message = f"image definition {existing.name} was made for {origin}; name it to add this image as its version"
        findings.problem("imageDefinition", "DefinitionOfAnotherImage", message)


def find_definition(definitions: list[ImageDefinition], name: str) -> ImageDefinition | None:
    """Return the definition of that name; names do not regard case."""
    return next((item for item in definitions if item.name.lower() == name.lower()), None)


def _wanted(
    choices: Choices, image: ManagedImage, gallery: Gallery, name: str, plan: PurchasePlan | None
) -> ImageDefinition:
    group = image.resource_id.resource_group
    return ImageDefinition(
        id=str(gallery.resource_id.child(name)),
        name=name,
        location=gallery.location,
        os_type=image.os_type,
        os_state="Generalized",
        generation=image.generation,
        publisher=choices.value("publisher"),
        offer=choices.value("offer", fitted(group, LONGEST_OFFER), "derived from the image's resource group"),
        sku=choices.value("sku", fitted(name, LONGEST_SKU), "derived from the definition's name"),
        security_type=choices.value("security_type"),
        purchase_plan=plan,
    )


def _compare(existing: ImageDefinition, wanted: ImageDefinition, choices: Choices, findings: Findings) -> None:
    """Hold an existing definition against the image; publisher and the like only where the request names them."""
    facts = {"os_type": "OS type", "os_state": "OS state", "generation": "generation", "architecture": "architecture"}
    asked = {field: field.replace("_", " ") for field in ("publisher", "offer", "sku", "security_type")}
    facts |= {field: label for field, label in asked.items() if choices.asked(field)}
    for field, label in facts.items():
        has, needs = getattr(existing, field), getattr(wanted, field)
        if has.lower() != needs.lower():
            message = f"image definition {existing.name} has {label} {has}, the migration needs {needs}: {_ANOTHER}"
            findings.problem("imageDefinition", "DefinitionMismatch", message)
    _check_guest_state("imageDefinition", existing, findings)


def _check_guest_state(field: str, definition: ImageDefinition, findings: Findings) -> None:
    """Azure builds such a version, and no machine ever starts from it."""
    if definition.security_type.lower() in NEEDS_GUEST_STATE:
        message = f"a managed image has no guest state for security type {definition.security_type}"
        instead = _ANOTHER if field == "imageDefinition" else "ask for TrustedLaunchSupported or Standard"
        findings.problem(field, "GuestStateMissing", f"{message}: {instead}")


def _check_new(wanted: ImageDefinition, definitions: list[ImageDefinition], findings: Findings) -> None:
    _check_identifier(wanted, findings)
    _check_guest_state("securityType", wanted, findings)
    triple = (wanted.publisher.lower(), wanted.offer.lower(), wanted.sku.lower())
    for other in definitions:
        if (other.publisher.lower(), other.offer.lower(), other.sku.lower()) == triple:
            message = f"image definition {other.name} has the same publisher, offer and sku ({'/'.join(triple)})"
            findings.problem("sku", "IdentifierTaken", message)


def _check_identifier(wanted: ImageDefinition, findings: Findings) -> None:
    for field, longest in {"publisher": LONGEST_PUBLISHER, "offer": LONGEST_OFFER, "sku": LONGEST_SKU}.items():
        value: str = getattr(wanted, field)
        wrong = identifier_problem(value)
        if len(value) > longest:
            wrong = f"it has {len(value)} characters, Azure takes {longest}"
        if wrong:
            findings.problem(field, "IdentifierInvalid", wrong)
