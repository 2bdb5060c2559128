"""What Azure takes, as one table: numbers and patterns, each with where it is written or was seen.

"Troubleshooting" is Microsoft's page on problems with galleries and their images.
"""

import re

# Troubleshooting, creating or modifying image definitions: letters, digits, "-", "_" and ".", which does not end one.
IDENTIFIER_PATTERN = re.compile(r"[A-Za-z0-9_.\-]*[A-Za-z0-9_\-]")
LONGEST_IDENTIFIER = {"publisher": 128, "offer": 64, "sku": 64}

# API definition: each number of a version name is a 32-bit integer. Real galleries have leading zeros in them.
LARGEST_VERSION_NUMBER = 2**31 - 1

# The service's range error speaks of each region; reports show sums of 1,020 in one version.
FEWEST_REPLICAS_IN_A_REGION, MOST_REPLICAS_IN_A_REGION = 1, 100

# Troubleshooting quotes the failure with 2048; it holds for every disk, OS or data.
LARGEST_DISK_GIB = 2048

# Page on Trusted Launch: a managed image has no guest state; it may go into TrustedLaunchSupported definitions only.
SECURITY_TYPES_WITH_GUEST_STATE = frozenset({"TrustedLaunch", "ConfidentialVM"})
