"""A test message to every address of the settings: whether people would be told shows before a migration does."""

import asyncio

import azure.durable_functions as df
import azure.functions as func

from migration.asking.orders import Order
from migration.asking.platform import own_addresses
from migration.asking.reading import settings
from migration.asking.settings import nobody_told
from migration.telling.inventories import AddressTried, NotificationsTried
from migration.telling.messages import Message
from migration.telling.receivers import Address, receivers
from migration.telling.trial import compose_trial
from notifying.addresses import wrong_links
from notifying.sending import send
from triggers.answering.calls import Call
from triggers.answering.responding import json_response, read_json

blueprint = df.Blueprint()

TRY = Call(
    "POST",
    "notifications/test",
    "Sends a test message to every address, and tells of each whether it was reached.",
    body=Order,
    gives=NotificationsTried,
)


@blueprint.route(TRY.path, methods=TRY.methods)
async def test_notifications(req: func.HttpRequest) -> func.HttpResponse:
    return await TRY.answer(req, _try_all(req))


async def _try_all(req: func.HttpRequest) -> func.HttpResponse:
    """200 with what became of each message: they are sent at the same time, and none is waited for without end."""
    Order.parse(read_json(req, optional=True))
    current = settings()
    message = compose_trial(next(iter(own_addresses(current)), None))
    listed = [(setting, one) for setting, addresses in receivers(current).items() for one in addresses]
    tried = await asyncio.gather(*(_try(setting, address, message) for setting, address in listed))
    shown = NotificationsTried(
        reached=sum(one.reached for one in tried),
        addresses=tried,
        problems=wrong_links(current),
        notes=nobody_told(current),
    )
    return json_response(shown.dump())


async def _try(setting: str, address: Address, message: Message) -> AddressTried:
    sent = await send(address, message)
    return AddressTried(setting=setting, address=address.shown, reached=sent.reached, why=sent.why or None)
