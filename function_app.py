"""Table of contents of the function app: one app and the blueprints it is made of. No logic here."""

import azure.functions as func

from activities.blueprint import blueprint as activities
from arm.transport.cloud import go_by
from migration.asking.reading import settings
from orchestrators.blueprint import blueprint as orchestrators
from orchestrators.plain.app import PlainApp
from triggers.api.audits import blueprint as audits
from triggers.api.checks import blueprint as checks
from triggers.api.decisions import blueprint as decisions
from triggers.api.listing import blueprint as listing
from triggers.api.migrations import blueprint as migrations
from triggers.api.notifications import blueprint as notifications
from triggers.api.pauses import blueprint as pauses
from triggers.api.sweeps import blueprint as sweeps
from triggers.api.users import blueprint as users
from triggers.describing.openapi import blueprint as openapi
from triggers.events.housekeeping import blueprint as housekeeping
from triggers.events.image_tagged import blueprint as image_tagged
from triggers.events.measuring import blueprint as measuring
from triggers.images.forwarding import blueprint as forwarding
from triggers.images.inventory import blueprint as inventory
from triggers.page.approvals import blueprint as approvals

app = PlainApp(http_auth_level=func.AuthLevel.FUNCTION)
go_by(settings)  # read when Azure is called: a wrong one keeps no function from being loaded

for blueprint in (
    image_tagged,
    migrations,
    listing,
    checks,
    users,
    decisions,
    audits,
    approvals,
    inventory,
    forwarding,
    sweeps,
    pauses,
    notifications,
    openapi,
    measuring,
    housekeeping,
    orchestrators,
    activities,
):
    app.register_functions(blueprint)
