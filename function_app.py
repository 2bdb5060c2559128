"""Table of contents of the function app: one app and the blueprints it is made of. No logic here."""

import azure.functions as func

from activities import blueprint as activities
from arm.transport.cloud import go_by
from migration.asking.reading import settings
from orchestrators import blueprint as orchestrators
from orchestrators.plain.app import PlainApp
from triggers.api import audits, checks, decisions, listing, migrations, pauses, sweeps, users
from triggers.describing import openapi
from triggers.events import housekeeping, image_tagged, measuring
from triggers.fleet_page import pages
from triggers.fleets import approvals as fleet_approvals
from triggers.fleets import fleets, plans, steps
from triggers.images import forwarding, inventory
from triggers.page import approvals
from triggers.pages import looking, viewings
from triggers.trials import notifications, self_test

app = PlainApp(http_auth_level=func.AuthLevel.FUNCTION)
go_by(settings)  # read when Azure is called: a wrong one keeps no function from being loaded

for room in (
    *(image_tagged, housekeeping, measuring),
    *(migrations, listing, checks, users, decisions, audits, sweeps, pauses),
    *(fleets, plans, steps, fleet_approvals, pages),
    *(notifications, self_test),
    *(approvals, looking, viewings, inventory, forwarding, openapi),
    *(orchestrators, activities),
):
    app.register_functions(room.blueprint)
