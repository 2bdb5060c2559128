"""Mistakes that were planted to see who finds them: one change of one template each, and a word of what is said.

The first letter is the kind: a misspelt, b wrong type or value, c missing, d wrong module parameter, e wrong place,
f unknown type or api-version, g others. `Plant.said` is empty for the control, which is a valid template.
"""

from typing import NamedTuple


class Plant(NamedTuple):
    """In `file`, `old` becomes `new`."""

    id: str
    file: str
    old: str
    new: str
    said: str


PLANTS = (
    Plant("a1", "storage.bicep", "allowSharedKeyAccess:", "allowSharedKeyAcces:", "allowSharedKeyAcces is not known"),
    Plant("a2", "app.bicep", "keyVaultReferenceIdentity:", "keyVaultReferenceIdentiy:", "keyVaultReferenceIdentiy"),
    Plant("a3", "app.bicep", "scaleAndConcurrency:", "scaleAndConcurency:", "scaleAndConcurrency is missing"),
    Plant("a4", "durable.bicep", "ipAllowlist:", "ipAllowList:", "ipAllowList is not known"),
    Plant("a5", "events.bicep", "deadLetterWithResourceIdentity:", "deadLetterWithResourceIdentiy:", "is not known"),
    Plant("a6", "app.bicep", "userAssignedIdentityResourceId:", "userAssignedIdentityId:", "is not known"),
    Plant("a7", "app.bicep", "excludedPaths:", "exludedPaths:", "exludedPaths is not known"),
    Plant(
        "a8", "app.bicep", "  AZURE_TOKEN_CREDENTIALS:", "  AZURE_TOKEN_CREDENTIAL:", "AZURE_TOKEN_CREDENTIAL is not"
    ),
    Plant("a9", "endpoint.bicep", "privateDnsZoneId:", "privateDnsZoneID:", "privateDnsZoneID is not known"),
    Plant("a10", "vault.bicep", "enableRbacAuthorization:", "enableRbacAuthorisation:", "is not known"),
    Plant("b1", "storage.bicep", "allowSharedKeyAccess: false", "allowSharedKeyAccess: 'false'", "is no bool"),
    Plant("b2", "vault.bicep", "InDays: 7", "InDays: '7'", "softDeleteRetentionInDays is no"),
    Plant("b3", "storage.bicep", "'TLS1_2'", "'TLS1.2'", "minimumTlsVersion is no"),
    Plant("b4", "events.bicep", "eventTimeToLiveInMinutes: 1440", "eventTimeToLiveInMinutes: 2880", "is no Between"),
    Plant("b5", "app.bicep", "instanceMemoryMB: instanceMemoryMB", "instanceMemoryMB: '2048'", "is no int"),
    Plant("b6", "app.bicep", "name: 'FC1'", "name: 'FC2'", "sku.name is no"),
    Plant("b7", "app.bicep", "version: '3.13'", "version: 3", "runtime.version is no"),
    Plant("b9", "durable.bicep", "['0.0.0.0/0']", "'0.0.0.0/0'", "ipAllowlist is no list"),
    Plant("b10", "app.bicep", "type: 'UserAssignedIdentity'", "type: 'ManagedIdentity'", "authentication.type is no"),
    Plant("c1", "durable.bicep", "    ipAllowlist: ['0.0.0.0/0']\n", "", "ipAllowlist is missing"),
    Plant("c2", "vault.bicep", "    tenantId: subscription().tenantId\n", "", "tenantId is missing"),
    Plant("c3", "app.bicep", "  sku: {\n    name: 'FC1'\n    tier: 'FlexConsumption'\n  }\n", "", "sku is missing"),
    Plant("c4", "events.bicep", "          values: [identityClientId]\n", "", "values is missing"),
    Plant("c5", "storage.bicep", "  kind: 'StorageV2'\n", "", "kind is missing"),
    Plant("c6", "durable.bicep", "  location: location\n", "", "location is missing"),
    Plant("c7", "storage.bicep", "    principalType: 'ServicePrincipal'\n", "", "principalType is missing"),
    Plant(
        "c8",
        "storage.bicep",
        "    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)\n",
        "",
        "roleDefinitionId is missing",
    ),
    Plant("a11", "durable.bicep", "retentionPeriodInDays:", "retentionPeriodDays:", "retentionPeriodDays is not known"),
    Plant("b11", "durable.bicep", "InDays: retentionDays", "InDays: 180", "retentionPeriodInDays is no Between"),
    Plant("g8", "durable.bicep", "name: 'default'", "name: 'retention'", "cannot be called retention"),
    Plant("a12", "alerts.bicep", "metricMeasureColumn:", "measureColumn:", "measureColumn is not known"),
    Plant("b12", "alerts.bicep", "windowSize: 'PT15M'", "windowSize: 'PT7M'", "windowSize is no"),
    Plant("d1", "main.bicep", "    holdsTaskHub: !usesScheduler\n", "    holdsHub: !usesScheduler\n", "holdsHub"),
    Plant(
        "d2", "main.bicep", "    holdsTaskHub: !usesScheduler\n", "    holdsTaskHub: 'yes'\n", "holdsTaskHub is no bool"
    ),
    Plant("d3", "main.bicep", "    hubName: hubName\n", "", "needs the parameter hubName"),
    Plant("d4", "main.bicep", "    roleNames: sourceRoles\n", "    roleNames: 'tagger'\n", "roleNames is no array"),
    Plant("d5", "main.bicep", "monitoring.outputs.name", "monitoring.outputs.component", "there is no component"),
    Plant(
        "d6",
        "main.bicep",
        "module topic 'topic.bicep' = if (empty(systemTopicName)) {\n  scope: group\n",
        "module topic 'topic.bicep' = if (empty(systemTopicName)) {\n",
        "is for a resourceGroup",
    ),
    Plant(
        "e1",
        "app.bicep",
        "    httpsOnly: true\n",
        "    httpsOnly: true\n    security: {\n      level: 1\n    }\n",
        "security is not",
    ),
    Plant(
        "e2",
        "storage.bicep",
        "  parent: blobs\n  name: packageContainer",
        "  parent: account\n  name: packageContainer",
        "no child",
    ),
    Plant("e3", "vault.bicep", "  parent: vault\n  name: 'notify'", "  name: 'notify'", "needs a parent"),
    Plant("e4", "endpoint.bicep", "  parent: endpoint\n", "  parent: zone\n", "is no child of"),
    Plant(
        "e5",
        "durable.bicep",
        "    sku: skuName == 'Dedicated' ? { name: skuName, capacity: capacity } : { name: skuName }\n  }\n",
        "  }\n  sku: { name: skuName, capacity: capacity }\n",
        "sku is missing",
    ),
    Plant("e6", "app.bicep", "    httpsOnly: true\n", "", ""),
    Plant(
        "e7",
        "app.bicep",
        "      minTlsVersion: '1.2'\n",
        "      minTlsVersion: '1.2'\n      functionAppConfig: {}\n",
        "siteConfig.functionAppConfig",
    ),
    Plant(
        "e8",
        "events.bicep",
        "      isSubjectCaseSensitive: false\n",
        "      isSubjectCaseSensitive: false\n      retryPolicy: {}\n",
        "filter.retryPolicy",
    ),
    Plant("f1", "durable.bicep", "schedulers@2026-02-01", "schedulers@2026-02-31", "unknown type or api-version"),
    Plant("f2", "app.bicep", "sites@2024-04-01", "sites@2022-09-01", "unknown type or api-version"),
    Plant(
        "f3", "storage.bicep", "Microsoft.Storage/storageAccounts@", "Microsoft.Storage/storageAccount@", "is no child"
    ),
    Plant("f4", "events.bicep", "systemTopics@2022-06-15", "systemTopics@2019-06-01", "unknown type or api-version"),
    Plant("g1", "main.bicep", "    isClosed: isClosed\n", "    isClosed: vnet\n", "vnet is not declared"),
    Plant("g2", "main.bicep", "name: 'kv-${", "name: 'key-vault-migrate-${", "cannot be called key-vault-"),
    Plant("g3", "main.bicep", "'stmigrate${token}'", "'st-migrate-${token}'", "cannot be called st-migrate-"),
    Plant(
        "g4",
        "main.bicep",
        "output AZURE_LOCATION string = location",
        "output AZURE_LOCATION string = notify",
        "is a secret",
    ),
    Plant(
        "g5", "storage.bicep", "b7e6dc6d-f1e8-4753-8033-0f276bb0955b", "b7e6dc6d-f1e8-4753-8033-000000000000", "no role"
    ),
    Plant("a13", "vault.bicep", "enablePurgeProtection:", "enablePurgeProtections:", "is not known"),
    Plant("a14", "diagnostics.bicep", "    workspaceId: workspaceId", "    workspaceID: workspaceId", "is not known"),
    Plant("a15", "network.bicep", "networkSecurityGroup:", "securityGroup:", "securityGroup is not known"),
    Plant("b13", "vault.bicep", "? true : null", "? true : false", "enablePurgeProtection is no Only"),
    Plant("b14", "app.bicep", "'Disabled' : 'Enabled'", "'Disabled' : 'On'", "publicNetworkAccess is no"),
    Plant("b15", "network.bicep", "'NetworkSecurityGroupEnabled'", "'GroupEnabled'", "NetworkPolicies is no"),
    Plant("b16", "diagnostics.bicep", "category: 'AuditEvent'", "category: 'Audit'", "category is no"),
    Plant(
        "b17", "main.bicep", "int(durableTaskSchedulerCapacity)", "durableTaskSchedulerCapacity", "capacity is no int"
    ),
    Plant("b18", "storage.bicep", "    name: skuName\n", "    name: 'Standard_RZS'\n", "sku.name is no"),
    Plant("c9", "app.bicep", "    allow: false\n", "", "allow is missing"),
    Plant("d7", "main.bicep", "    subnetId: network!.outputs.endpointsSubnetId\n", "", "needs the parameter subnetId"),
    Plant("f5", "durable.bicep", "schedulers@2026-02-01", "schedulers@2025-11-01", "unknown type or api-version"),
    Plant("g9", "app.bicep", "  name: 'scm'\n", "  name: 'kudu'\n", "cannot be called kudu"),
    Plant(
        "g10",
        "main.bicep",
        "[for one in (hasNetwork ?",
        "[for one in (hasNetwork && !empty(storage.outputs.id) ?",
        "endpoints needs",
    ),
    Plant(
        "g11",
        "main.bicep",
        "= if (isAppClosed) {",
        "= if (isAppClosed && !empty(app.outputs.id)) {",
        "appEndpoint needs to know",
    ),
    Plant(
        "g12",
        "monitoring.bicep",
        "guid(component.id, workbookName)",
        "guid(component.properties.AppId)",
        "workbook needs",
    ),
    Plant(
        "g13",
        "main.bicep",
        "var storageParts = map(",
        "var late = [for x in [1]: '${storage.outputs.id}${x}']\nvar storageParts = map(",
        "late needs",
    ),
    Plant("g6", "app.bicep", "    name: 'durable'\n", "    name: 'orchestrations'\n", "alwaysReady[0].name is no"),
    Plant(
        "g7", "app.bicep", "'azd-service-name': 'migrator'", "'azd-service-name': 'migration'", "azd-service-name is no"
    ),
)
