"""What azd does with its variables: the parameters it fills, what it deploys with them, and what its hooks see."""

import json
import re
from typing import Any

from tests.infra.bicep.deploying import FILES, Deployed, Resource, Scope, deploy
from tests.infra.bicep.reading import read
from tests.support.templates import PARAMETERS

HERE = "11111111-1111-1111-1111-111111111111"
ELSEWHERE = "22222222-2222-2222-2222-222222222222"
EVERYTHING = {
    "SUBSCRIPTIONS": HERE,
    "SOURCE_GROUPS": f"/subscriptions/{HERE}/resourceGroups/images",
    "GALLERY_GROUPS": f"/subscriptions/{ELSEWHERE}/resourceGroups/galleries",
    "ALLOW_SOURCE_DELETION": "true",
    "DURABLE_BACKEND": "AzureStorage",
    "DURABLE_TASK_SCHEDULER_CAPACITY": "3",
    "ALWAYS_READY_DURABLE": "1",
    "INSTANCE_MEMORY_MB": "4096",
    "MAXIMUM_INSTANCE_COUNT": "100",
    "ZONE_REDUNDANCY": "All",
    "VNET_ENABLED": "true",
    "PRIVATE_APP": "true",
    "VAULT_PURGE_PROTECTION": "true",
    "TAGS": '{"owner": "images"}',
    "DISABLED_FUNCTIONS": "measure_migrations",
    "AUTH_CLIENT_ID": "33333333-3333-3333-3333-333333333333",
    "DURABLE_WEBHOOK_OPEN": "true",
    "SYSTEM_TOPIC_NAME": "topic-of-others",
    "SYSTEM_TOPIC_RESOURCE_GROUP": "events",
    "ALERT_ADDRESSES": "ada@contoso.com,bob@contoso.com",
    "NOTIFY": "mail://somebody",
    "ESCALATE": "mail://somebody-else",
    "MIGRATION_CREATE_GALLERY": "true",
    "MIGRATION_GALLERY": "golden",
}
FIXED = ("ZONE_REDUNDANCY",)  # what no deployment changes once it is made


def environment(variables: dict[str, str]) -> dict[str, str]:
    """An environment of azd in which the three questions are answered."""
    answered = {"AZURE_ENV_NAME": "prod", "AZURE_LOCATION": "westeurope", "AZURE_SUBSCRIPTION_ID": HERE}
    return answered | variables


def parameters(variables: dict[str, str]) -> dict[str, Any]:
    """As azd fills them: a text for an object is JSON, and null leaves the template its default."""
    known = environment(variables)
    filled = {name: _filled(body["value"], known) for name, body in PARAMETERS.items()}
    kinds = {name: one.of for name, one in read(FILES["main.bicep"]).of_kind("param").items()}
    parsed = {name: json.loads(value) for name, value in filled.items() if kinds[name] == "object" != _kind(value)}
    return {name: value for name, value in (filled | parsed).items() if value is not None}


def _kind(value: Any) -> str:
    return "object" if isinstance(value, dict) else "text"


def _filled(value: Any, known: dict[str, str]) -> Any:
    """With every `${NAME=default}` replaced; an empty variable counts as none."""
    if isinstance(value, dict):
        return {key: _filled(inner, known) for key, inner in value.items()}
    return re.sub(r"\$\{(\w+)=?([^}]*)\}", lambda found: known.get(found[1]) or found[2], value)


def provision(variables: dict[str, str] | None = None, files: dict[str, str] | None = None) -> Deployed:
    """What `azd provision` asks Azure for with these variables."""
    known = environment(variables or {})
    scope = Scope(known["AZURE_SUBSCRIPTION_ID"])
    return deploy("main.bicep", parameters(known), scope, files, known["AZURE_LOCATION"])


def subscribe(app: Deployed, topic_subscription: str = HERE, files: dict[str, str] | None = None) -> Deployed:
    """What the postdeploy hook, or an operator in another subscription, asks for."""
    given = {
        "topicName": app.outputs["EVENT_TOPIC_NAME"],
        "functionAppId": app.outputs["AZURE_FUNCTION_APP_ID"],
        "identityClientId": app.outputs["APP_IDENTITY_CLIENT_ID"],
        "storageResourceGroup": app.outputs["AZURE_RESOURCE_GROUP"],
        "storageAccountName": app.outputs["AZURE_STORAGE_ACCOUNT_NAME"],
        "deadLetterContainer": app.outputs["DEAD_LETTER_CONTAINER"],
    }
    return deploy("events.bicep", given, Scope(topic_subscription, app.outputs["EVENT_TOPIC_RESOURCE_GROUP"]), files)


def only(deployed: Deployed, kind: str, name: str = "") -> Resource:
    """The one resource of this type, and of this name where there are several."""
    (found,) = [one for one in deployed.of_type(kind) if not name or one.name == name]
    return found


def app_settings(deployed: Deployed) -> dict[str, Any]:
    return dict(only(deployed, "Microsoft.Web/sites/config", "appsettings").body["properties"])


def actions(deployed: Deployed) -> dict[str, list[str]]:
    """What the custom roles allow, by what they are for."""
    found = {}
    for one in deployed.of_type("Microsoft.Authorization/roleDefinitions"):
        properties = one.body["properties"]
        purpose = re.fullmatch(r"Image migration: (.+) \(.+\)", properties["roleName"])
        assert purpose
        found[purpose[1]] = properties["permissions"][0]["actions"]
    return found


def assigned(deployed: Deployed) -> set[tuple[str, str]]:
    """Scope and role of every assignment."""
    found = set()
    for path, one in deployed.resources.items():
        if one.type == "Microsoft.Authorization/roleAssignments":
            role = one.body["properties"]["roleDefinitionId"].rpartition("/")[2]
            found.add((path.partition("/providers/Microsoft.Authorization/")[0], role))
    return found
