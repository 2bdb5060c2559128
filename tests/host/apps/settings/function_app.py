"""Settings from local.settings.json and host.json: no route prefix, a hub named by an app setting."""

import asyncio
import json
import os
import sys
from pathlib import Path

import azure.durable_functions as df
import azure.functions as func
import neighbour
from durabletask import task

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)
running = 0


@app.route(route="setting/{name}")
def setting(req: func.HttpRequest) -> str:
    return os.environ.get(req.route_params["name"], "unset")


@app.route(route="process")
def process(req: func.HttpRequest) -> str:
    return json.dumps({"cwd": str(Path.cwd()), "path": sys.path, "neighbour": neighbour.NAME, "pid": os.getpid()})


@app.route(route="hub")
@app.durable_client_input(client_name="client")
async def hub(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> str:
    return client.taskHubName


@app.activity_trigger(input_name="nothing")
async def count_running(nothing) -> int:
    global running
    running += 1
    await asyncio.sleep(0.02)
    seen = running
    running -= 1
    return seen


@app.orchestration_trigger(context_name="ctx")
def most_at_once(ctx: task.OrchestrationContext, calls: int):
    seen = yield task.when_all([ctx.call_activity("count_running") for _ in range(calls)])
    return max(seen)
