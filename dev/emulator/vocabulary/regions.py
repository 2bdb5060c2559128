"""Azure's public regions: short name, display name, and whether zone-redundant storage is offered. Data only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """One region; `name` is what ids and most answers use, `display_name` what target regions show."""

    name: str
    display_name: str
    zone_redundant: bool


_ZONE_REDUNDANT = (
    "East US",
    "East US 2",
    "South Central US",
    "Central US",
    "West US 2",
    "West US 3",
    "Canada Central",
    "Brazil South",
    "Mexico Central",
    "Chile Central",
    "North Europe",
    "West Europe",
    "UK South",
    "France Central",
    "Germany West Central",
    "Switzerland North",
    "Norway East",
    "Sweden Central",
    "Italy North",
    "Poland Central",
    "Spain Central",
    "Austria East",
    "Belgium Central",
    "Denmark East",
    "Israel Central",
    "Qatar Central",
    "UAE North",
    "South Africa North",
    "Southeast Asia",
    "East Asia",
    "Australia East",
    "Japan East",
    "Japan West",
    "Korea Central",
    "Central India",
    "New Zealand North",
    "Indonesia Central",
    "Malaysia West",
)
_SINGLE_ZONE = (
    "West US",
    "North Central US",
    "West Central US",
    "Canada East",
    "Brazil Southeast",
    "UK West",
    "France South",
    "Germany North",
    "Switzerland West",
    "Norway West",
    "Sweden South",
    "UAE Central",
    "South Africa West",
    "Australia Southeast",
    "Australia Central",
    "Australia Central 2",
    "Korea South",
    "South India",
    "West India",
    "Jio India West",
    "Jio India Central",
)


def normalized(name: str) -> str:
    """The short form of either spelling: "East US 2" and "eastus2" are one region."""
    return name.replace(" ", "").lower()


REGIONS = {
    normalized(display_name): Region(normalized(display_name), display_name, zone_redundant)
    for names, zone_redundant in ((_ZONE_REDUNDANT, True), (_SINGLE_ZONE, False))
    for display_name in names
}

# Listed among the locations of a subscription (a few of many), but nothing can be made there.
LOGICAL = {
    "europe": "Europe",
    "global": "Global",
    "uk": "United Kingdom",
    "unitedstates": "United States",
    "centralusstage": "Central US (Stage)",
}


def find(name: str) -> Region | None:
    return REGIONS.get(normalized(name))
