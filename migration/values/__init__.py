"""The words of the trade: ids, versions, regions, outcomes. Nothing here knows Azure, a request or a migration."""
