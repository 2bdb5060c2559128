"""Where the version is copied to: the regions asked for and the source's own, with replicas and storage for each."""

from collections.abc import Iterable, Sequence

from migration.asking.settings import Settings
from migration.plan.plan import USED_AGAIN, Findings, Plan
from migration.resources.gallery import ImageVersion
from migration.resources.image import ManagedImage
from migration.resources.location import SubscriptionLocations
from migration.values.azure_rules import MOST_REPLICAS_DOCUMENTED, REPLICAS_ADVISED, ZONE_REDUNDANT
from migration.values.image_version.regions import RequestedRegion, StorageAccountType, TargetRegion, duplicate_regions
from migration.values.image_version.zones import has_zones

STANDARD_LRS = StorageAccountType.STANDARD_LRS


def plan_regions(
    wanted: Iterable[RequestedRegion],
    image: ManagedImage,
    settings: Settings,
    offers: Sequence[SubscriptionLocations],
    findings: Findings,
) -> list[TargetRegion]:
    """Resolve the target regions; the source region is always among them, as Azure demands."""
    requested = list(wanted)
    for name in duplicate_regions(requested):
        findings.problem("targetRegions", "Duplicate", f"region {name} is named more than once")
    if image.location not in {region.name for region in requested}:
        if requested:
            findings.note(f"the source region {image.location} was added: Azure requires it among the target regions")
        requested.insert(0, RequestedRegion.model_construct(name=image.location))
    regions = [_resolved(region, image, settings, offers, findings) for region in requested]
    total = sum(region.replica_count for region in regions)
    if total > MOST_REPLICAS_DOCUMENTED:
        told = f"Azure's documentation speaks of {MOST_REPLICAS_DOCUMENTED} a version, the service counts by region"
        findings.note(f"{total} replicas in all: {told}")
    return regions


def _resolved(
    region: RequestedRegion,
    image: ManagedImage,
    settings: Settings,
    offers: Sequence[SubscriptionLocations],
    findings: Findings,
) -> TargetRegion:
    """Settle how a region is stored. Zones are preferred where the table has them and no subscription denies them; a
    zone-resilient image stays so wherever a subscription tells of zones.
    """
    known, told = has_zones(region.name), _has_zones(region.name, offers)
    has = told is not False and (known or (image.zone_resilient and told))
    target = region.resolve(settings.replicas, settings.storage, has_zones=bool(has))
    if target.preferred and known is None and not has:
        said = f"it is not known whether {region.name} has {ZONE_REDUNDANT}: its replicas are {STANDARD_LRS}"
        findings.note(f"{said} unless {ZONE_REDUNDANT} is asked for there")
    return target


def _has_zones(name: str, offers: Sequence[SubscriptionLocations]) -> bool | None:
    """None where no subscription says: it may not be read, or does not know the region."""
    known = [offer.locations[name].has_zones for offer in offers if offer.locations and name in offer.locations]
    told = [answer for answer in known if answer is not None]
    return all(told) if told else None


def region_notes(regions: Sequence[TargetRegion], image: ManagedImage) -> list[str]:
    """Say what the replicas come to, as they will be stored: beside a zone-resilient source, and beside the advice."""
    few = [region.name for region in regions if region.replica_count < REPLICAS_ADVISED]
    advice = f"Microsoft advises {REPLICAS_ADVISED} replicas in a region for production, and there are fewer in"
    cost = "each replica is a full copy, paid by its GB every month"
    return [*_resilience(regions, image), *([f"{advice} {', '.join(few)}; {cost}"] if few else [])]


def _resilience(regions: Iterable[TargetRegion], image: ManagedImage) -> list[str]:
    own = next((region for region in regions if region.name == image.location), None)
    if own is None or not image.zone_resilient:
        return []
    storage = own.storage_account_type
    if storage == ZONE_REDUNDANT:
        return [f"the source is zone-resilient, and so is its copy in {own.name} ({ZONE_REDUNDANT})"]
    return [f"less resilient than the source: its copy in {own.name} is stored in one zone ({storage})"]


def in_one_zone(plan: Plan) -> Plan:
    """Return a plan without the zones that were only preferred, and with the notes that this makes true.

    It is the same plan where there are none.
    """
    return _stored_as(plan, [region.in_one_zone() for region in plan.target_regions])


def as_made(plan: Plan, version: ImageVersion) -> Plan:
    """Return a plan that says of each preference how it has ended: people are asked about that, and no other storage.

    It is the same plan where every region is as planned.
    """
    has = {region.name: region.storage_account_type for region in version.target_regions}
    return _stored_as(plan, [region.as_made(has.get(region.name, "")) for region in plan.target_regions])


def _stored_as(plan: Plan, after: list[TargetRegion]) -> Plan:
    before = plan.target_regions
    if after == before:
        return plan
    stale = region_notes(before, plan.source)
    notes = [note for note in plan.notes if note not in stale]
    return plan.changed(target_regions=after, notes=[*notes, *region_notes(after, plan.source)])


def as_they_are(
    regions: Iterable[TargetRegion], version: ImageVersion | None, findings: Findings
) -> list[TargetRegion]:
    """Return the regions of a version that is used again as it has them: storage and keys of a replica stay as made.

    Replicas are added where more are asked for, and regions that are missing.
    """
    has = {region.name: region for region in version.target_regions} if version else {}
    return [_as_it_is(region, has[region.name], findings) if region.name in has else region for region in regions]


def _as_it_is(wanted: TargetRegion, has: TargetRegion, findings: Findings) -> TargetRegion:
    if has.storage_account_type != wanted.storage_account_type:
        stays = f"its replica in {has.name} stays on {has.storage_account_type}"
        findings.note(f"the version that {USED_AGAIN} is not made anew: {stays}, not {wanted.storage_account_type}")
    if has.encryption != wanted.encryption:
        findings.note(f"the version that {USED_AGAIN} is not made anew: its replica in {has.name} keeps its keys")
    is_preference = wanted.preferred and has.storage_account_type == STANDARD_LRS  # met by that, too: no other wish
    return has.changed(replica_count=max(has.replica_count, wanted.replica_count), preferred=is_preference)


def check_regions(regions: Iterable[TargetRegion], offers: Sequence[SubscriptionLocations], findings: Findings) -> None:
    """Hold regions and their storage against what the subscriptions of image and gallery offer."""
    for offer in offers:
        if offer.locations is None:
            findings.note(f"not checked: whether subscription {offer.subscription} offers every target region")
    for region in regions:
        lacking = [one.subscription for one in offers if one.locations is not None and region.name not in one.locations]
        if lacking:
            message = f"subscription {' and '.join(lacking)} offers no region '{region.name}'"
            findings.problem("targetRegions", "RegionNotFound", message)
        elif offers and region.storage_account_type == ZONE_REDUNDANT and not region.preferred:
            _check_zones(region, _has_zones(region.name, offers), findings)


def _check_zones(region: TargetRegion, has_zones: bool | None, findings: Findings) -> None:
    if has_zones is None:
        findings.note(f"not checked: whether {region.name} has availability zones, which {ZONE_REDUNDANT} needs")
    elif not has_zones:
        message = f"region {region.name} has no availability zones for {ZONE_REDUNDANT}: ask for prefer-zrs,"
        findings.problem("targetRegions", "NoZones", f"{message} Standard_LRS or Premium_LRS there")
