"""One credential and one pipeline for the whole process; the endpoint is the only thing that varies."""

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from arm.transport.cloud import cloud, given
from arm.transport.errors import ArmUnavailableError, arm_errors
from arm.transport.reading import items_of, next_of

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential
    from azure.core.pipeline import AsyncPipeline
    from azure.core.rest import AsyncHttpResponse, HttpRequest
    from azure.mgmt.compute.aio import ComputeManagementClient

MOST_CLIENTS = 16  # an estate's subscriptions; ids that lead nowhere take each other's places


@cache
def credential() -> "AsyncTokenCredential":
    """Return the process's credential: the managed identity in Azure, the developer's login elsewhere."""
    from azure.identity.aio import DefaultAzureCredential

    return DefaultAzureCredential(authority=cloud().authority)


@cache
def pipeline() -> "AsyncPipeline[HttpRequest, AsyncHttpResponse]":
    """Return the process's one way to Resource Manager: its connections, its token, and what is done to every request.

    It retries nothing by itself: waiting belongs to the orchestrator, whose timers cost no worker. Nor does it register
    resource providers, as the SDK's own would where one is missing, upon a read as well: that is the owner's to do.
    """
    from azure.core.pipeline import AsyncPipeline, policies
    from azure.mgmt.core.policies import ARMHttpLoggingPolicy, AsyncARMChallengeAuthenticationPolicy

    from arm.transport.policies import ApiVersionPolicy, ObservingPolicy, OriginPolicy
    from arm.transport.sending import LONGEST_CALL_SECONDS, OnceTransport

    endpoint = cloud().resource_manager
    steps: list[Any] = [
        ApiVersionPolicy(given().api_versions),
        ObservingPolicy(),
        policies.RequestIdPolicy(),
        policies.HeadersPolicy(),
        policies.UserAgentPolicy(),
        policies.ContentDecodePolicy(),
        policies.AsyncRedirectPolicy(),
        OriginPolicy(endpoint),
        AsyncARMChallengeAuthenticationPolicy(credential(), f"{endpoint}/.default"),
        policies.CustomHookPolicy(),
        policies.DistributedTracingPolicy(),
        policies.SensitiveHeaderCleanupPolicy(),
        ARMHttpLoggingPolicy(),
    ]
    return AsyncPipeline(OnceTransport(LONGEST_CALL_SECONDS), steps)


def get_api_version(kind: str) -> str:
    """Return the api-version for a type that has one of ours, such as `galleries`."""
    from arm.transport.policies import chosen_versions

    return chosen_versions(given().api_versions)[kind]


@lru_cache(MOST_CLIENTS)
def compute(subscription: str) -> "ComputeManagementClient":
    """Return a client for one subscription. It holds nothing but its name, so that none has to be closed.

    To build one takes a tenth of the work of a call.
    """
    from azure.mgmt.compute.aio import ComputeManagementClient

    endpoint, way = cloud().resource_manager, pipeline()
    return ComputeManagementClient(credential(), subscription, base_url=endpoint, pipeline=way, policies=[])


async def send(method: str, url: str, body: Any = None) -> "AsyncHttpResponse":
    """Send one request to ARM; raises ArmError for anything but success.

    `url` is absolute, or a path with its api-version.
    """
    from azure.core import AsyncPipelineClient
    from azure.core.rest import HttpRequest

    target = url if url.startswith("https://") else f"{cloud().resource_manager}{url}"
    async with arm_errors():
        client: AsyncPipelineClient[HttpRequest, AsyncHttpResponse] = AsyncPipelineClient(target, pipeline=pipeline())
        response = await client.send_request(HttpRequest(method, target, json=body))
        response.raise_for_status()
        return response


async def read_body(response: "AsyncHttpResponse") -> dict[str, Any]:
    """Return the JSON object that an answer bears; raises ArmUnavailableError for anything else."""
    async with arm_errors():
        body = response.json()
    if isinstance(body, dict):
        return body
    raise ArmUnavailableError("UselessAnswer", "the answer is no JSON object")


async def list_all(url: str) -> list[dict[str, Any]]:
    """Read a list over all its pages."""
    items: list[dict[str, Any]] = []
    seen: set[str] = set()
    next_link: str | None = url
    while next_link:
        page = await read_body(await send("GET", next_link))
        items += items_of(page)
        next_link = next_of(page, seen)
    return items
