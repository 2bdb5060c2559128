"""Timers and Event Grid; every function writes down that it ran."""

import json
import os
import time
from pathlib import Path

import azure.functions as func

app = func.FunctionApp()


def note(**what):
    with Path(os.environ["NOTES"]).open("a", encoding="utf-8") as notes:
        notes.write(json.dumps(what) + "\n")


@app.timer_trigger(arg_name="timer", schedule="0 0 0 1 1 *", run_on_startup=True)
def at_startup(timer: func.TimerRequest) -> None:
    note(function="at_startup", past_due=timer.past_due)


@app.timer_trigger(arg_name="timer", schedule="%EVERY_SECOND%")
def every_second(timer: func.TimerRequest) -> None:
    note(function="every_second", next=timer.schedule_status["Next"])


@app.timer_trigger(arg_name="timer", schedule="0 0 0 1 1 *")
def once_a_year(timer: func.TimerRequest) -> None:
    note(function="once_a_year")


@app.event_grid_trigger(arg_name="event")
def on_event(event: func.EventGridEvent) -> None:
    if event.get_json().get("fail"):
        raise ValueError("asked to")
    note(function="on_event", id=event.id, type=event.event_type, subject=event.subject, data=event.get_json())


@app.event_grid_trigger(arg_name="event")
def on_cloud_event(event: func.CloudEvent) -> None:
    note(function="on_cloud_event", id=event.id, type=event.type, source=event.source, data=event.get_json())


@app.queue_trigger(arg_name="message", queue_name="work", connection="AzureWebJobsStorage")
def on_message(message: func.QueueMessage) -> None:
    note(function="on_message", body=message.get_body().decode())


@app.route(route="sleep/{seconds:int}", auth_level=func.AuthLevel.ANONYMOUS)
def sleep(req: func.HttpRequest) -> str:
    time.sleep(int(req.route_params["seconds"]))
    return "awake"
