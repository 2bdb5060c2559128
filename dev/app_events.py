"""The app's event subscription on this machine: the filter of `infra/events.bicep`, and the identity it leaves out.

The app has an identity of its own, as in Azure; whoever logs in with `az login --identity` is somebody else.
"""

from typing import Any

from dev.emulator import Control

APP_CLIENT_ID = "7a0d6c52-3b1e-4f68-9c27-1d5e8b40a3f6"
APP_IDENTITY = {"AZURE_CLIENT_ID": APP_CLIENT_ID}
FILTER: dict[str, Any] = {
    "isSubjectCaseSensitive": False,
    "includedEventTypes": ["Microsoft.Resources.ResourceWriteSuccess"],
    "advancedFilters": [
        {
            "operatorType": "StringIn",
            "key": "data.operationName",
            "values": ["Microsoft.Compute/images/write", "Microsoft.Resources/tags/write"],
        },
        {
            "operatorType": "StringContains",
            "key": "subject",
            "values": ["/providers/Microsoft.Compute/images/"],
        },
        {
            "operatorType": "StringNotIn",
            "key": "data.claims.appid",
            "values": [APP_CLIENT_ID],
        },
    ],
}


def send_events(control: Control, endpoint: str, schema: str = "EventGridSchema") -> None:
    """Let the emulated Azure tell the app what it would be told in Azure."""
    control.subscribe(endpoint, schema, FILTER)
