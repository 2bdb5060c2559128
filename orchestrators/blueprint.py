"""Registers the orchestrators."""

import azure.durable_functions as df

from migration import names
from orchestrators import plain_payloads
from orchestrators.migrate_image import migrate_image

__all__ = ["blueprint", "plain_payloads"]

blueprint = df.Blueprint()
blueprint.orchestration_trigger(context_name="context", orchestration=names.MIGRATE_IMAGE)(migrate_image)
