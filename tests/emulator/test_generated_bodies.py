"""Bodies made of the SDKs' models: whatever may be sent is answered, and both are as the models describe them."""

import json
import re
from functools import partial
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dev.emulator import small_company
from dev.emulator.seed import IMAGES_GROUP, SUBSCRIPTION
from tests.emulator.any_body import JSON, QUICK, answered, parts_of, with_part
from tests.emulator.contract import Exchange, problems_of
from tests.emulator.in_process import ROUTES, stopped_world
from tests.emulator.sdk.bodies import bodies
from tests.emulator.sdk.operations import operations

NAMES = {
    "subscription_id": SUBSCRIPTION.rpartition("/")[2],
    "scope": IMAGES_GROUP[1:],
    "image_name": "ubuntu-web",
    "gallery_name": "contoso_gallery",
    "gallery_image_name": "ubuntu-base",
    "gallery_image_version_name": "1.0.0",
}


def _named(names, found):
    return names.get(found[1], found[1])


def operations_with_bodies():
    """Those of the SDKs that send something and that the emulator answers."""
    for operation in operations():
        group = "galleries" if "/galleries/" in operation.template else "images"
        names = {**NAMES, "resource_group_name": group}
        path = re.sub(r"\((\w+)\)", partial(_named, names), operation.template)
        if operation.sent and ROUTES.match(operation.method, path):
            yield pytest.param(operation, path, id=operation.id)


EACH_OPERATION = pytest.mark.parametrize(("operation", "path"), list(operations_with_bodies()))


@EACH_OPERATION
def test_generated_bodies_are_answered_as_described(operation, path):
    world = stopped_world(small_company)
    fresh = f"{path}2" if operation.method == "PUT" else path

    @QUICK
    @given(bodies(operation.sent), st.sampled_from([path, fresh]))
    def send(body, path):
        world.reset()
        content = json.dumps(body)
        response = answered(world, operation.method, path, content.encode(), operation.api_version)
        url = f"https://localhost{quote(path)}?api-version={operation.api_version}"
        answer = "" if response.body is None else json.dumps(response.body)
        assert list(problems_of(Exchange(operation.method, url, content, response.status, answer))) == []

    send()


@EACH_OPERATION
def test_a_generated_body_with_a_part_that_is_anything_is_answered(operation, path):
    world = stopped_world(small_company)

    @QUICK
    @given(
        bodies(operation.sent).flatmap(lambda body: st.tuples(st.just(body), st.sampled_from([*parts_of(body)]))), JSON
    )
    def send(part, value):
        world.reset()
        body, at = part
        content = json.dumps(with_part(body, at, value)).encode()
        answered(world, operation.method, path, content, operation.api_version)

    send()
