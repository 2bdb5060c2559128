"""Registers the orchestrators."""

import azure.durable_functions as df

from migration import names
from orchestrators.migrate_image import migrate_image
from orchestrators.plain import payloads

__all__ = ["blueprint", "payloads"]

blueprint = df.Blueprint()
blueprint.orchestration_trigger(context_name="context", orchestration=names.MIGRATE_IMAGE)(migrate_image)
