"""Which calls of Microsoft.Compute count against which rate limit, and how high the recorded limits are."""

import re

# Highest remaining numbers seen in recorded answers, which are about the limits: in 3 and in 30 minutes.
RECORDED_LIMITS: dict[str, tuple[int, int]] = {
    "CreateUpdateGallery": (50, 300),
    "CreateUpdateGalleryImage": (150, 750),
    "CreateUpdateGalleryImageVersion": (375, 1200),
    "DeleteGalleryImageVersion": (150, 1000),
    "GetGalleryImageVersion": (2000, 10_000),
    "GetGalleryImage": (600, 3000),
    "GetOperationStatus": (1200, 15_000),
    "CreateImages": (40, 200),
    "DeleteImages": (120, 600),
    "GetImages": (360, 1800),
}
DOCUMENTED_QUERIES = 15  # of Resource Graph, by one principal in five seconds
_COMPUTE = "/providers/microsoft.compute/"
_POLICIES: tuple[tuple[str, str, str], ...] = (  # method, path below Microsoft.Compute, policy
    ("PUT|PATCH", r"galleries/[^/]+", "CreateUpdateGallery"),
    ("PUT|PATCH", r"galleries/[^/]+/images/[^/]+", "CreateUpdateGalleryImage"),
    ("PUT|PATCH", r"galleries/[^/]+/images/[^/]+/versions/[^/]+", "CreateUpdateGalleryImageVersion"),
    ("DELETE", r"galleries/[^/]+/images/[^/]+/versions/[^/]+", "DeleteGalleryImageVersion"),
    ("GET", r"galleries/[^/]+/images/[^/]+/versions(/[^/]+)?", "GetGalleryImageVersion"),
    ("GET", r"galleries/[^/]+/images(/[^/]+)?", "GetGalleryImage"),
    ("GET", r"locations/[^/]+/capsoperations/[^/]+", "GetOperationStatus"),
    ("PUT|PATCH", r"images/[^/]+", "CreateImages"),
    ("DELETE", r"images/[^/]+", "DeleteImages"),
    ("GET", r"images(/[^/]+)?", "GetImages"),
)


def policy_of(method: str, path: str) -> str | None:
    """The policy a call counts against, if one was recorded for it."""
    _, _, below = path.lower().partition(_COMPUTE)
    for methods, pattern, policy in _POLICIES:
        if method in methods.split("|") and re.fullmatch(pattern, below):
            return policy
    return None
