"""What the app tells operators: spans and metrics. Off unless an exporter is configured; never stops a migration.

All spans of one migration share a trace whose id follows from the migration's id, however many hosts and days it takes.
Called by triggers, activities and `arm/`; orchestrators run again on replay and stay free of it.
"""
