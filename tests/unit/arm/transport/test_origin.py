"""Tokens go to the configured Resource Manager and nowhere else, whatever a URL looks like."""

from typing import Any

import pytest
from azure.core.pipeline import PipelineContext, PipelineRequest
from azure.core.rest import HttpRequest

from arm.transport.errors import ArmRefusedError
from arm.transport.policies import OriginPolicy

HOME = "https://management.azure.com"


class Wire:
    """What comes after the policy: whatever gets here would bear the token."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send(self, request: Any) -> Any:
        self.sent.append(request.http_request.url)


async def sent(url: str, origin: str = HOME) -> list[str]:
    policy, wire = OriginPolicy(origin), Wire()
    policy.next = wire  # type: ignore[assignment]  # as much of a policy as sending needs
    request = HttpRequest("GET", HOME)
    request.url = url
    await policy.send(PipelineRequest(request, PipelineContext(None)))
    return wire.sent


@pytest.mark.parametrize(
    "url",
    [
        f"{HOME}/subscriptions?api-version=1",
        f"{HOME}:443/subscriptions",
        "HTTPS://Management.Azure.com/subscriptions",
        f"{HOME}/subscriptions/@elsewhere.example.com/x",
        f"{HOME}/x?next=https://elsewhere.example.com",
    ],
)
async def test_what_is_for_the_resource_manager_is_sent(url: str):
    assert await sent(url) == [url]


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example.com/op",
        "http://management.azure.com/op",
        f"{HOME}:8443/op",
        f"{HOME}.example.com/op",
        f"{HOME}@elsewhere.example.com/op",
        "https://elsewhere.example.com@management.azure.com/op",
        "https://user:pass@management.azure.com/op",
        "https://management.azure.com\\@elsewhere.example.com/op",
        "https://management.azure.com.:443/op",
        "https://management.azure.com:port/op",
        "https://[::1/op",
        "//elsewhere.example.com/op",
        "https:///op",
        "/op",
        "",
    ],
)
async def test_what_is_for_anybody_else_is_not(url: str):
    with pytest.raises(ArmRefusedError) as caught:
        await sent(url)
    assert caught.value.code == "ForeignHost"
    assert "management.azure.com" in caught.value.message


async def test_the_error_names_the_host_and_not_the_rest():
    with pytest.raises(ArmRefusedError) as caught:
        await sent("https://elsewhere.example.com/op?signature=secret")
    assert "elsewhere.example.com" in caught.value.message
    assert "secret" not in caught.value.message


async def test_another_cloud_has_another_home():
    assert await sent("https://localhost:8443/x", "https://localhost:8443") == ["https://localhost:8443/x"]
    with pytest.raises(ArmRefusedError):
        await sent(f"{HOME}/x", "https://localhost:8443")
