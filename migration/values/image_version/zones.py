"""Which regions have availability zones, as zone-redundant storage needs: one table for every api-version.

Source: learn.microsoft.com/azure/reliability/regions-list for the public cloud, availability-zones-service-support for
US Government, docs.azure.cn/reliability/availability-zones-region-support for China, in copies read on 2026-11-30. They
warn that a service may lack zones where its region has them: what Azure refuses is stored in one zone.
"""

WITH_ZONES = frozenset(
    (
        "australiaeast",
        "austriaeast",
        "belgiumcentral",
        "brazilsouth",
        "canadacentral",
        "centralindia",
        "centralus",
        "chilecentral",
        "chinanorth3",
        "denmarkeast",
        "eastasia",
        "eastus",
        "eastus2",
        "francecentral",
        "germanywestcentral",
        "indonesiacentral",
        "israelcentral",
        "italynorth",
        "japaneast",
        "japanwest",
        "koreacentral",
        "malaysiawest",
        "mexicocentral",
        "newzealandnorth",
        "northeurope",
        "norwayeast",
        "polandcentral",
        "qatarcentral",
        "southafricanorth",
        "southcentralus",
        "southeastasia",
        "spaincentral",
        "swedencentral",
        "switzerlandnorth",
        "uaenorth",
        "uksouth",
        "usgovvirginia",
        "westeurope",
        "westus2",
        "westus3",
    )
)
WITHOUT_ZONES = frozenset(
    (
        "australiacentral",
        "australiacentral2",
        "australiasoutheast",
        "brazilsoutheast",
        "canadaeast",
        "chinaeast2",
        "chinanorth2",
        "francesouth",
        "germanynorth",
        "jioindiacentral",
        "jioindiawest",
        "koreasouth",
        "northcentralus",
        "norwaywest",
        "southafricawest",
        "southindia",
        "swedensouth",
        "switzerlandwest",
        "uaecentral",
        "ukwest",
        "usgovtexas",
        "westcentralus",
        "westindia",
        "westus",
    )
)


def has_zones(region: str) -> bool | None:
    """Tell whether a region, by its short name, has availability zones; None where the table does not know it."""
    return region in WITH_ZONES if region in WITH_ZONES | WITHOUT_ZONES else None
