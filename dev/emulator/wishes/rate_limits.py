"""Which calls of Microsoft.Compute count against which rate limit, and how high the recorded limits are.

Galleries and disk encryption sets have a limit for 3 and one for 30 minutes. Images, since 2024, have one limit for the
subscription; machines and the polls of operations also have one for what is asked about. How calls are counted depends
on the day, not on the api-version; but most records of an older api-version are older too, so those are answered with
the limits of then.
"""

import re

THREE_AND_THIRTY_MINUTES = ("3Min", "30Min")
OF_SUBSCRIPTION = ("SubscriptionMaximum",)
OF_RESOURCE_AND_SUBSCRIPTION = ("Resource", "SubscriptionMaximum")
OF_SUBSCRIPTION_AND_RESOURCE = ("SubscriptionMaximum", "Resource")
_WINDOWS_OF_TODAY_SINCE = "2022-09-01"
_GALLERIES_COUNTED_SINCE = "2019-03-01"

# Highest remaining numbers seen in recorded answers, which are about the limits: one for each window of the policy.
# (Of those of one window, that of DeleteImages is the older one of three minutes.)
RECORDED_LIMITS: dict[str, tuple[int, ...]] = {
    "CreateUpdateGallery": (50, 300),
    "GetGallery": (350, 2500),
    "DeleteGallery": (50, 300),
    "ListGalleryInResourceGroup": (100, 1000),
    "ListGalleryInSubscription": (100, 1000),
    "CreateUpdateGalleryImage": (150, 750),
    "GetGalleryImage": (600, 3000),
    "DeleteGalleryImage": (150, 750),
    "ListGalleryImagesInGallery": (600, 3000),
    "CreateUpdateGalleryImageVersion": (375, 1200),
    "GetGalleryImageVersion": (2000, 10_000),
    "DeleteGalleryImageVersion": (150, 1000),
    "ListGalleryImageVersionsInGalleryImage": (1500, 10_000),
    "GetOperationStatus": (5000, 15_000),
    "CreateImages": (60,),
    "DeleteImages": (120,),
    "GetImages": (360,),
    "HighCostGetImages": (120,),
    "GetOperation": (45, 15_000),
    "ListSoftDeletedResourcesInGallery": (1500, 10_000),
    "LowCostGet": (24_000, 36),
    "PutVM": (1500, 12),
    "DeleteVM": (1500, 12),
    "HighCostDiskEncryptionSet": (100, 300),
    "LowCostGetDiskEncryptionSet": (15_000, 120_000),
    "GetDiskOperation": (50_000, 400_000),
}
# Of 3 and 30 minutes, as they were until 2024.
OLDER_LIMITS: dict[str, tuple[int, ...]] = {
    "CreateImages": (40, 200),
    "DeleteImages": (120, 600),
    "GetImages": (360, 1800),
    "HighCostGetImages": (120, 600),
    "GetOperation": (15_000, 30_000),
    "LowCostGet": (4000, 32_000),
    "PutVM": (240, 1200),
    "DeleteVM": (240, 1200),
}
_SHOWN_AS = {"GetDiskOperation": "GetOperation", "LowCostGetDiskEncryptionSet": "LowCostGet"}
_WINDOWS: dict[str, tuple[str, ...]] = {
    "CreateImages": OF_SUBSCRIPTION,
    "DeleteImages": OF_SUBSCRIPTION,
    "GetImages": OF_SUBSCRIPTION,
    "HighCostGetImages": OF_SUBSCRIPTION,
    "GetOperation": OF_RESOURCE_AND_SUBSCRIPTION,
    "LowCostGet": OF_SUBSCRIPTION_AND_RESOURCE,
    "PutVM": OF_SUBSCRIPTION_AND_RESOURCE,
    "DeleteVM": OF_SUBSCRIPTION_AND_RESOURCE,
}
DOCUMENTED_QUERIES = 15  # of Resource Graph, by one principal in five seconds
_COMPUTE = "/providers/microsoft.compute/"
_DEFINITION = r"galleries/[^/]+/images/[^/]+"
_POLICIES: tuple[tuple[str, str, str], ...] = (  # method, path below Microsoft.Compute, policy
    ("PUT|PATCH", r"galleries/[^/]+", "CreateUpdateGallery"),
    ("GET", r"galleries/[^/]+", "GetGallery"),
    ("DELETE", r"galleries/[^/]+", "DeleteGallery"),
    ("PUT|PATCH", _DEFINITION, "CreateUpdateGalleryImage"),
    ("GET", _DEFINITION, "GetGalleryImage"),
    ("DELETE", _DEFINITION, "DeleteGalleryImage"),
    ("GET", r"galleries/[^/]+/images", "ListGalleryImagesInGallery"),
    ("PUT|PATCH", rf"{_DEFINITION}/versions/[^/]+", "CreateUpdateGalleryImageVersion"),
    ("GET", rf"{_DEFINITION}/versions/[^/]+", "GetGalleryImageVersion"),
    ("DELETE", rf"{_DEFINITION}/versions/[^/]+", "DeleteGalleryImageVersion"),
    ("GET", rf"{_DEFINITION}/versions", "ListGalleryImageVersionsInGalleryImage"),
    ("GET", r"locations/[^/]+/capsoperations/[^/]+", "GetOperationStatus"),
    ("PUT|PATCH", r"images/[^/]+", "CreateImages"),
    ("GET", r"images/[^/]+", "GetImages"),
    ("DELETE", r"images/[^/]+", "DeleteImages"),
    ("GET", r"images", "HighCostGetImages"),
    ("GET", r"locations/[^/]+/operations/[^/]+", "GetOperation"),
    ("GET", r"galleries/[^/]+/softdeletedartifacttypes/.+/versions", "ListSoftDeletedResourcesInGallery"),
    ("GET", r"virtualmachines/[^/]+", "LowCostGet"),
    ("PUT|PATCH", r"virtualmachines/[^/]+", "PutVM"),
    ("DELETE", r"virtualmachines/[^/]+", "DeleteVM"),
    ("PUT|DELETE", r"diskencryptionsets/[^/]+", "HighCostDiskEncryptionSet"),
    ("GET", r"diskencryptionsets/[^/]+", "LowCostGetDiskEncryptionSet"),
    ("GET", r"locations/[^/]+/diskoperations/[^/]+", "GetDiskOperation"),
)


def policy_of(method: str, path: str, api_version: str) -> str | None:
    """The policy a call counts against, if one was recorded for it."""
    around, _, below = path.lower().partition(_COMPUTE)
    if api_version < _GALLERIES_COUNTED_SINCE and re.match(r"galleries|locations/[^/]+/capsoperations", below):
        return None
    if (method, below) == ("GET", "galleries"):
        return "ListGalleryInResourceGroup" if "/resourcegroups/" in around else "ListGalleryInSubscription"
    for methods, pattern, policy in _POLICIES:
        if method in methods.split("|") and re.fullmatch(pattern, below):
            return policy
    return None


def windows_of(policy: str) -> tuple[str, ...]:
    """How the policy's windows are called, in the order of its limits."""
    return _WINDOWS.get(policy, THREE_AND_THIRTY_MINUTES)


def shown_name(policy: str) -> str:
    """As headers and refusals call it: two providers count apart under one name."""
    return _SHOWN_AS.get(policy, policy)


def are_older(policy: str, api_version: str) -> bool:
    """Whether calls with this api-version count against the policy's older limits."""
    return policy in OLDER_LIMITS and api_version < _WINDOWS_OF_TODAY_SINCE
