"""Every family of happenings: imported, they are known by name."""

from tests.chaos.happenings import decisions, faults, others, platform, time, ways, wishes

FAMILIES = (decisions, faults, others, platform, time, ways, wishes)
