"""Every call to Resource Manager, as a span and, where Azure throttles, as a count."""

from typing import Any

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import AsyncHTTPPolicy

from telemetry.arm_calls import arm_call


class ObservingPolicy(AsyncHTTPPolicy[Any, Any]):
    """One span a call, whatever the SDK does for it: tokens and redirects included."""

    async def send(self, request: PipelineRequest[Any]) -> PipelineResponse[Any, Any]:
        with arm_call(request.http_request.method, request.http_request.url) as call:
            response = await self.next.send(request)
            call.answered(response.http_response.status_code, response.http_response.headers)
            return response
