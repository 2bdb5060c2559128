"""The resource types that the templates use: api-version, pattern of the name, and the properties we use of each.

Written by us from the published definitions; Microsoft's compiler accepted every property here, in its place. Read up
on a property that is not here before you add it. Values that they leave open are closed where Azure is strict.
"""

from typing import NamedTuple

from migration.asking.settings import Settings
from tests.infra.bicep.shapes import Between, Like, Map, Only, OrNull, Shape, words


class ResourceType(NamedTuple):
    """One type: how its name looks, and its body without name, parent, scope and dependencies."""

    version: str
    name: str
    body: dict[str, Shape]


TAGS = Map(r"[^<>%&\\?/]{1,512}", str)
TRACKED = {"location!": str, "tags": TAGS}
GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
SWITCH = words("Enabled", "Disabled")
HOST_SETTINGS = (
    "APPLICATIONINSIGHTS_(AUTHENTICATION|CONNECTION)_STRING|AZURE_CLIENT_ID|AZURE_TOKEN_CREDENTIALS"
    "|AzureWebJobsStorage__((blob|queue|table)ServiceUri|credential|clientId)|AzureWebJobs\\.\\w+\\.Disabled"
    "|AzureFunctionsJobHost__extensions__durableTask__storageProvider__"
    "(type|connectionStringName|maxQueuePollingInterval)"
    "|DURABLE_TASK_SCHEDULER_CONNECTION_STRING|OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID|WEBSITE_AUTH_AAD_ALLOWED_TENANTS"
)
OWN_SETTINGS = "|".join(f"MIGRATION_{name.upper()}" for name in Settings.model_fields)
BUILT_IN_ROLES = {
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe": "Storage Blob Data Contributor",
    "974c5e8b-45b9-4653-ba55-5f855dd0fb88": "Storage Queue Data Contributor",
    "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3": "Storage Table Data Contributor",
    "0ad04412-c4d5-4796-b79c-f76d14c8d402": "Durable Task Data Contributor",
    "3913510d-42f4-4e42-8a64-420c390055eb": "Monitoring Metrics Publisher",
    "4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User",
}

SITE = {
    **TRACKED,
    "tags!": Map(".+", str, {"azd-service-name!": words("migrator")}),
    "kind!": words("functionapp,linux"),
    "identity!": {"type!": words("SystemAssigned", "UserAssigned", "None"), "userAssignedIdentities": Map(".+", {})},
    "properties!": {
        "serverFarmId!": str,
        "httpsOnly": bool,
        "keyVaultReferenceIdentity": str,
        "publicNetworkAccess": SWITCH,
        "virtualNetworkSubnetId": OrNull(str),
        "siteConfig": {"minTlsVersion": words("1.0", "1.1", "1.2", "1.3")},
        "functionAppConfig!": {
            "deployment!": {
                "storage!": {
                    "type!": words("blobContainer"),
                    "value!": str,
                    "authentication!": {
                        "type!": words(
                            "SystemAssignedIdentity", "UserAssignedIdentity", "StorageAccountConnectionString"
                        ),
                        "userAssignedIdentityResourceId": str,
                    },
                }
            },
            "runtime!": {"name!": words("python"), "version!": Like(r"3\.\d+")},
            "scaleAndConcurrency!": {
                "instanceMemoryMB!": int,
                "maximumInstanceCount!": Between(1, 1000),
                "alwaysReady": [{"name!": Like(r"http|blob|durable|function:\w+"), "instanceCount!": int}],
            },
        },
    },
}
SIGN_IN = {
    "properties!": {
        "platform": {"enabled": bool},
        "globalValidation": {
            "requireAuthentication": bool,
            "unauthenticatedClientAction": words("AllowAnonymous", "RedirectToLoginPage", "Return401", "Return403"),
            "redirectToProvider": str,
            "excludedPaths": [str],
        },
        "identityProviders": {
            "azureActiveDirectory": {
                "enabled": bool,
                "registration": {"clientId": str, "clientSecretSettingName": str, "openIdIssuer": str},
                "validation": {"allowedAudiences": [str]},
            }
        },
        "httpSettings": {"requireHttps": bool},
        "login": {"tokenStore": {"enabled": bool}},
    }
}
FILTERS = words("StringIn", "StringNotIn", "StringContains", "StringBeginsWith", "StringEndsWith")
EVENT_SUBSCRIPTION = {
    "properties!": {
        "eventDeliverySchema": words("EventGridSchema", "CloudEventSchemaV1_0"),
        "destination!": {
            "endpointType!": words("AzureFunction"),
            "properties!": {
                "resourceId!": str,
                "maxEventsPerBatch": Between(1, 5000),
                "preferredBatchSizeInKilobytes": Between(1, 1024),
            },
        },
        "deadLetterWithResourceIdentity!": {
            "identity!": {"type!": words("SystemAssigned", "UserAssigned")},
            "deadLetterDestination!": {
                "endpointType!": words("StorageBlob"),
                "properties!": {"resourceId!": str, "blobContainerName!": str},
            },
        },
        "retryPolicy": {"maxDeliveryAttempts": Between(1, 30), "eventTimeToLiveInMinutes": Between(1, 1440)},
        "filter": {
            "isSubjectCaseSensitive": bool,
            "includedEventTypes": [str],
            "advancedFilters": [{"operatorType!": FILTERS, "key!": str, "values!": [str]}],
        },
    }
}
NETWORK_RULES = {"bypass": words("AzureServices", "None"), "defaultAction!": words("Allow", "Deny")}
ACCOUNT = {
    **TRACKED,
    "kind!": words("StorageV2"),
    "sku!": {"name!": words("Standard_LRS", "Standard_ZRS", "Standard_GRS", "Premium_LRS")},
    "properties": {
        "allowBlobPublicAccess": bool,
        "allowSharedKeyAccess": bool,
        "defaultToOAuthAuthentication": bool,
        "minimumTlsVersion": words("TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3"),
        "supportsHttpsTrafficOnly": bool,
        "publicNetworkAccess": SWITCH,
        "networkAcls": NETWORK_RULES,
    },
}
SUBNET = {
    "addressPrefix": str,
    "delegations": [{"name!": str, "properties!": {"serviceName!": str}}],
    "networkSecurityGroup": {"id!": str},
    "privateEndpointNetworkPolicies": words("Enabled", "Disabled", "NetworkSecurityGroupEnabled", "RouteTableEnabled"),
}
LOGGED = words("AuditEvent", "StorageRead", "StorageWrite", "StorageDelete")
ALERT = {
    "enabled!": bool,
    "severity!": Between(0, 4),
    "scopes!": [Like("/subscriptions/.+")],
    "autoMitigate": bool,
    "evaluationFrequency!": words("PT5M", "PT15M", "PT30M", "PT60M"),
    "windowSize!": words("PT5M", "PT15M", "PT30M", "PT60M"),
}
COMPARED = {
    "timeAggregation!": words("Average", "Count", "Maximum", "Minimum", "Total"),
    "operator!": words("GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual"),
    "threshold!": int,
}
QUERY_ALERT = {
    **ALERT,
    "displayName": str,
    "criteria!": {
        "allOf!": [
            {
                **COMPARED,
                "query!": str,
                "metricMeasureColumn": str,
                "failingPeriods": {"numberOfEvaluationPeriods!": int, "minFailingPeriodsToAlert!": int},
            }
        ]
    },
    "actions": {"actionGroups": [str]},
}
METRIC_ALERT = {
    **ALERT,
    "description": str,
    "criteria!": {
        "odata.type!": words("Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"),
        "allOf!": [
            {
                **COMPARED,
                "name!": str,
                "criterionType!": words("StaticThresholdCriterion"),
                "metricNamespace": str,
                "metricName!": str,
                "dimensions": [{"name!": str, "operator!": words("Include", "Exclude"), "values!": [str]}],
            }
        ],
    },
    "actions": [{"actionGroupId!": str}],
}

TYPES = {
    "Microsoft.Resources/resourceGroups": ResourceType("2024-03-01", r"[\w.()-]{0,89}[\w()-]", TRACKED),
    "Microsoft.ManagedIdentity/userAssignedIdentities": ResourceType("2023-01-31", r"[\w-]{3,128}", TRACKED),
    "Microsoft.OperationalInsights/workspaces": ResourceType(
        "2023-09-01",
        r"[A-Za-z0-9-]{4,63}",
        {**TRACKED, "properties": {"retentionInDays": Between(30, 730), "sku": {"name!": words("PerGB2018")}}},
    ),
    "Microsoft.Insights/components": ResourceType(
        "2020-02-02",
        r".{1,260}",
        {
            **TRACKED,
            "kind!": words("web"),
            "properties": {"Application_Type!": words("web"), "DisableLocalAuth": bool, "WorkspaceResourceId": str},
        },
    ),
    "Microsoft.Insights/actionGroups": ResourceType(
        "2023-01-01",
        r"[\w-]{1,260}",
        {
            "location!": words("global"),
            "tags": TAGS,
            "properties!": {
                "groupShortName!": Like(r".{1,12}"),
                "enabled!": bool,
                "emailReceivers": [{"name!": str, "emailAddress!": str, "useCommonAlertSchema": bool}],
            },
        },
    ),
    "Microsoft.Insights/scheduledQueryRules": ResourceType(
        "2023-12-01",
        r"[\w-]{1,260}",
        {**TRACKED, "kind": words("LogAlert"), "properties!": QUERY_ALERT},
    ),
    "Microsoft.Insights/metricAlerts": ResourceType(
        "2018-03-01",
        r"[\w-]{1,260}",
        {"location!": words("global"), "tags": TAGS, "properties!": METRIC_ALERT},
    ),
    # Published as a preview, and never otherwise; the categories are those of the services' own documents.
    "Microsoft.Insights/diagnosticSettings": ResourceType(
        "2021-05-01-preview",
        r"[\w-]{1,260}",
        {"properties!": {"workspaceId": str, "logs": [{"category": LOGGED, "enabled!": bool}]}},
    ),
    "Microsoft.Insights/workbooks": ResourceType(
        "2023-06-01",
        GUID,
        {
            **TRACKED,
            "kind": words("shared"),
            "properties": {"category!": str, "displayName!": str, "serializedData!": str, "sourceId": str},
        },
    ),
    "Microsoft.Authorization/roleDefinitions": ResourceType(
        "2022-04-01",
        GUID,
        {
            "properties!": {
                "roleName!": str,
                "description": str,
                "type": words("CustomRole"),
                "permissions!": [{"actions!": [Like(r"Microsoft\.[\w/]+")], "notActions": [str]}],
                "assignableScopes!": [Like(r"/subscriptions/.+")],
            }
        },
    ),
    # The definitions call principalType optional; a principal that was made a moment ago is not found without.
    "Microsoft.Authorization/roleAssignments": ResourceType(
        "2022-04-01",
        GUID,
        {"properties!": {"principalId!": str, "principalType!": words("ServicePrincipal"), "roleDefinitionId!": str}},
    ),
    "Microsoft.Storage/storageAccounts": ResourceType("2023-05-01", r"[a-z0-9]{3,24}", ACCOUNT),
    "Microsoft.Storage/storageAccounts/tableServices": ResourceType("2023-05-01", "default", {}),
    "Microsoft.Storage/storageAccounts/blobServices": ResourceType("2023-05-01", "default", {}),
    "Microsoft.Storage/storageAccounts/blobServices/containers": ResourceType("2023-05-01", r"[a-z0-9-]{3,63}", {}),
    "Microsoft.DurableTask/schedulers": ResourceType(
        "2026-02-01",
        r"[A-Za-z0-9-]{3,64}",
        {
            **TRACKED,
            "properties!": {
                "ipAllowlist!": [str],
                "publicNetworkAccess": SWITCH,
                "sku!": {"name!": words("Consumption", "Dedicated"), "capacity": int},
            },
        },
    ),
    "Microsoft.DurableTask/schedulers/retentionPolicies": ResourceType(
        "2026-02-01",
        "default",
        {
            "properties!": {
                "retentionPolicies!": [
                    {
                        "retentionPeriodInDays!": Between(1, 90),
                        "orchestrationState": words("Completed", "Failed", "Canceled", "Terminated"),
                    }
                ]
            }
        },
    ),
    "Microsoft.DurableTask/schedulers/taskHubs": ResourceType("2026-02-01", r"[A-Za-z0-9-]{3,64}", {}),
    "Microsoft.KeyVault/vaults": ResourceType(
        "2023-07-01",
        r"[A-Za-z][A-Za-z0-9-]{2,23}",
        {
            **TRACKED,
            "properties!": {
                "tenantId!": str,
                "enableRbacAuthorization": bool,
                "enablePurgeProtection": OrNull(Only(True)),  # false is refused
                "publicNetworkAccess": SWITCH,
                "networkAcls": NETWORK_RULES,
                "softDeleteRetentionInDays": Between(7, 90),
                "sku!": {"family!": words("A"), "name!": words("standard", "premium")},
            },
        },
    ),
    "Microsoft.KeyVault/vaults/secrets": ResourceType(
        "2023-07-01", r"[A-Za-z0-9-]{1,127}", {"properties!": {"value!": str}}
    ),
    "Microsoft.Web/serverfarms": ResourceType(
        "2024-04-01",
        r"[A-Za-z0-9-]{1,60}",
        {
            **TRACKED,
            "kind": words("functionapp"),
            "sku!": {"name!": words("FC1"), "tier!": words("FlexConsumption")},
            "properties!": {"reserved!": bool, "zoneRedundant": bool},
        },
    ),
    "Microsoft.Web/sites": ResourceType("2024-04-01", r"[A-Za-z0-9-]{2,60}", SITE),
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies": ResourceType(
        "2024-04-01", "scm|ftp", {"properties!": {"allow!": bool}}
    ),
    "Microsoft.Web/sites/config/appsettings": ResourceType(
        "2024-04-01", "appsettings", {"properties!": Map(f"{HOST_SETTINGS}|{OWN_SETTINGS}", str)}
    ),
    "Microsoft.Web/sites/config/authsettingsV2": ResourceType("2024-04-01", "authsettingsV2", SIGN_IN),
    "Microsoft.EventGrid/systemTopics": ResourceType(
        "2022-06-15",
        r"[A-Za-z0-9-]{3,128}",
        {
            **TRACKED,
            "identity!": {"type!": words("SystemAssigned")},
            "properties!": {"source!": str, "topicType!": words("Microsoft.Resources.Subscriptions")},
        },
    ),
    "Microsoft.EventGrid/systemTopics/eventSubscriptions": ResourceType(
        "2022-06-15", r"[A-Za-z0-9-]{3,64}", EVENT_SUBSCRIPTION
    ),
    "Microsoft.Network/networkSecurityGroups": ResourceType("2024-05-01", r"[\w.-]{1,80}", TRACKED),
    "Microsoft.Network/virtualNetworks": ResourceType(
        "2024-05-01",
        r"[\w.-]{2,64}",
        {
            **TRACKED,
            "properties": {
                "addressSpace!": {"addressPrefixes!": [str]},
                "subnets": [{"name!": str, "properties!": SUBNET}],
            },
        },
    ),
    "Microsoft.Network/privateDnsZones": ResourceType("2020-06-01", r"[a-z0-9.-]+", TRACKED),
    "Microsoft.Network/privateDnsZones/virtualNetworkLinks": ResourceType(
        "2020-06-01",
        r"[\w.-]{1,80}",
        {**TRACKED, "properties!": {"registrationEnabled": bool, "virtualNetwork!": {"id!": str}}},
    ),
    "Microsoft.Network/privateEndpoints": ResourceType(
        "2024-05-01",
        r"[\w.-]{2,64}",
        {
            **TRACKED,
            "properties!": {
                "subnet!": {"id!": str},
                "privateLinkServiceConnections!": [
                    {"name!": str, "properties!": {"privateLinkServiceId!": str, "groupIds!": [str]}}
                ],
            },
        },
    ),
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups": ResourceType(
        "2024-05-01",
        r"[\w.-]{1,80}",
        {"properties!": {"privateDnsZoneConfigs!": [{"name!": str, "properties!": {"privateDnsZoneId!": str}}]}},
    ),
}
