"""Azure Table Storage: one account, as far as `azure-data-tables` uses it with a token. All tables live in memory.

From the outside in: `front` is HTTP, `operations` says what a call means, `tables` holds the data;
`entities`, `values`, `filters` and `paging` are what operations are made of.

Belongs here: the data plane of tables. Not: Resource Manager, of which nothing here knows.
"""

from dev.emulator.storage.front import ACCOUNT_PATH, attach

__all__ = ["ACCOUNT_PATH", "attach"]
