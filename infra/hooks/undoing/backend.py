"""Another backend is an empty task hub: what lives in the one before would be closed as ended from outside."""

from __future__ import annotations

from infra.hooks.app import AppError, deployed
from infra.hooks.azure import AzureError, app_of, contents
from infra.hooks.choices import choices, given, named
from infra.hooks.resets import EVERYTHING, app_settings

BACKEND = "DURABLE_BACKEND"
SETTINGS = {
    "AzureFunctionsJobHost__extensions__durableTask__storageProvider__type": "AzureStorage",
    "DURABLE_TASK_SCHEDULER_CONNECTION_STRING": "DurableTaskScheduler",
}


def another_backend() -> list[str]:
    """What speaks against the change: migrations that live, or that nobody can tell. TAKE_BACK says it is meant."""
    (default,) = [one.default for one in choices() if one.variable == BACKEND]
    wanted, found = given(BACKEND) or default, contents()
    app = app_of(found)
    if app is None or named("TAKE_BACK") & {BACKEND, EVERYTHING}:
        return []
    settings = app_settings(app)
    now = next((backend for name, backend in SETTINGS.items() if settings.get(name)), wanted)
    if now == wanted:
        return []
    try:
        live = sum(one.get("outcome") is None for one in deployed(found).migrations())
    except (AppError, AzureError) as error:
        return [_refusal(now, wanted, f"how many migrations live is not known ({error})")]
    return [_refusal(now, wanted, f"{live} migrations live")] if live else []


def _refusal(now: str, wanted: str, why: str) -> str:
    return (
        f"{BACKEND} is {now} in Azure and would become {wanted}, and {why}: none goes on in an empty task hub. "
        f"Pause, wait until none is under way, or cancel them; or set TAKE_BACK={BACKEND}"
    )
