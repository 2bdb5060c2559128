"""Which calls of Microsoft.Compute count against which rate limit, and how high the recorded limits are.

Galleries and disk encryption sets have a limit for 3 and one for 30 minutes. Images and the polls of their operations,
since 2024, have one limit for the subscription; a poll also has one for the operation it asks about.
"""

import re

THREE_AND_THIRTY_MINUTES = ("3Min", "30Min")
OF_SUBSCRIPTION = ("SubscriptionMaximum",)
OF_RESOURCE_AND_SUBSCRIPTION = ("Resource", "SubscriptionMaximum")

# Highest remaining numbers seen in recorded answers, which are about the limits: one for each window of the policy.
# (Those of one window were seen for CreateImages alone; the others are those of the older three minutes.)
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
    "HighCostDiskEncryptionSet": (100, 300),
    "LowCostGet": (15_000, 120_000),
    "GetDiskOperation": (50_000, 400_000),
}
_SHOWN_AS = {"GetDiskOperation": "GetOperation"}
_WINDOWS: dict[str, tuple[str, ...]] = {
    "CreateImages": OF_SUBSCRIPTION,
    "DeleteImages": OF_SUBSCRIPTION,
    "GetImages": OF_SUBSCRIPTION,
    "HighCostGetImages": OF_SUBSCRIPTION,
    "GetOperation": OF_RESOURCE_AND_SUBSCRIPTION,
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
    ("PUT|DELETE", r"diskencryptionsets/[^/]+", "HighCostDiskEncryptionSet"),
    ("GET", r"diskencryptionsets/[^/]+", "LowCostGet"),
    ("GET", r"locations/[^/]+/diskoperations/[^/]+", "GetDiskOperation"),
)


def policy_of(method: str, path: str) -> str | None:
    """The policy a call counts against, if one was recorded for it."""
    around, _, below = path.lower().partition(_COMPUTE)
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
    """As headers and refusals call it: polls of two providers are counted apart under one name."""
    return _SHOWN_AS.get(policy, policy)
