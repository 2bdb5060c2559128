"""host.json and the functions fit the host and the extensions that Azure runs them with."""

import re

from tests.support.functions import functions
from tests.support.templates import HOST

FIRST_WITH_DURABLE_TASK_3_10 = (4, 33, 0)  # needed by Durable Functions 2.x for Python
OF_THE_LIBRARY = {"_durable_input"}
LONGEST_MESSAGE_BYTES = 64 * 1024 * 1024


def test_the_bundle_is_the_released_one_from_the_first_that_holds_all_we_use():
    assert HOST["extensionBundle"]["id"] == "Microsoft.Azure.Functions.ExtensionBundle"
    floor, ceiling = re.fullmatch(r"\[([\d.]+), ([\d.]+)\)", HOST["extensionBundle"]["version"]).groups()
    assert tuple(map(int, floor.split("."))) >= FIRST_WITH_DURABLE_TASK_3_10
    assert ceiling == "5.0.0"


def test_a_message_between_worker_and_extension_may_be_longer_than_four_mebibytes():
    assert HOST["extensions"]["durableTask"]["maxGrpcMessageSizeInBytes"] == LONGEST_MESSAGE_BYTES


def test_no_binding_of_ours_has_an_underscore_in_its_name():
    """The host takes such names only from 4.1038 on; orchestrations get theirs from the library."""
    names = {binding.name for function in functions() for binding in function.get_bindings()}
    assert {name for name in names if "_" in name} - OF_THE_LIBRARY == set()
    assert len(names) > 3
