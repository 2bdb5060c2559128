"""Registers the orchestrators."""

import azure.durable_functions as df

from migration import names
from orchestrators.migrate_fleet import migrate_fleet
from orchestrators.migrate_image import migrate_image
from orchestrators.plain import payloads
from orchestrators.tell_people import tell_people

__all__ = ["blueprint", "payloads"]

blueprint = df.Blueprint()
blueprint.orchestration_trigger(context_name="context", orchestration=names.MIGRATE_IMAGE)(migrate_image)
blueprint.orchestration_trigger(context_name="context", orchestration=names.TELL_PEOPLE)(tell_people)
blueprint.orchestration_trigger(context_name="context", orchestration=names.MIGRATE_FLEET)(migrate_fleet)
