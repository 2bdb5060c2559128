"""The number of the format in which records, runs, rows and inputs are stored.

A release reads its own format and the one before. What has the one before is never gone on with: its runs end with the
source kept. READER is raised with a field that older code must not overlook before it acts.
"""

FORMAT = 2
READER = 2
EARLIER_FORMAT = 1  # says nothing of a format
