// Everything the app needs in Azure, in one resource group of its own, and its rights outside of it.
targetScope = 'subscription'

@minLength(1)
@maxLength(32)
@description('Name of the deployment; every resource name follows from it.')
param environmentName string

@minLength(1)
@metadata({ azd: { type: 'location' } })
@description('Region of the app. Images and galleries may be anywhere.')
param location string

// Choices are strings, also those that say yes or no, or how many: azd takes what it cannot parse for not given, Azure
// refuses it.

// What it may see and change

@description('Ids of the subscriptions whose images, machines and galleries the app reads beside this one, by commas.')
param subscriptions string = ''

@description('Ids of the resource groups whose images may be tagged and, if allowed, deleted, by commas; empty: all read.')
param sourceGroups string = ''

@description('Ids of the resource groups whose galleries may be written to, by commas; empty: all that are read.')
param galleryGroups string = ''

@allowed(['true', 'false'])
@description('Whether the app may delete source images at all. Off, its role holds no such right, and it asks nobody.')
param allowSourceDeletion string = 'false'

// How it runs

@allowed(['DurableTaskScheduler', 'AzureStorage'])
@description('What keeps the state of migrations.')
param durableBackend string = 'DurableTaskScheduler'

@allowed(['Consumption', 'Dedicated'])
param durableTaskSchedulerSku string = 'Consumption'

@description('Units of a Dedicated scheduler; three of them are highly available.')
param durableTaskSchedulerCapacity string = '1'

@description('Instances always ready for orchestrations and activities; 0: none, but one where Azure Storage keeps the state.')
param alwaysReadyDurable string = '0'

@allowed(['512', '2048', '4096'])
param instanceMemoryMB string = '2048'

param maximumInstanceCount string = '40'

@allowed(['None', 'Storage', 'All'])
@description('What is in three zones: nothing, the storage with the records, or the app as well.')
param zoneRedundancy string = 'None'

@allowed(['true', 'open', 'false'])
@description('Put the app in a virtual network, and what it uses behind private endpoints; open: and leave the public ways.')
param vnetEnabled string = 'false'

@allowed(['true', 'false'])
@description('With the network: close the app to all who are not in it, Event Grid among them.')
param privateApp string = 'false'

@allowed(['true', 'false'])
@description('Whether a removed vault is kept for seven days, whoever wants it gone. Azure never turns it off again.')
param vaultPurgeProtection string = 'false'

@description('Tags of everything that is made, the group included; azd-env-name is added.')
param tags object = {}

@description('Functions that are switched off, by commas. No pause: that is MIGRATION_PAUSED, and leaves keep_house on.')
param disabledFunctions string = ''

// Who may use it, and what it tells whom

@description('Client id of the Entra application that people sign in to; empty: function keys only.')
param authClientId string = ''

@allowed(['true', 'false'])
@description('With sign-in: whether the Durable extension answers its own key, for pipelines that raise events there.')
param durableWebhookOpen string = 'false'

@description('The MIGRATION_ settings that are no secrets, by name; an empty value leaves the built-in default.')
param migrationSettings object

@secure()
@description('Notification addresses, by spaces. They hold secrets, so they go to the vault.')
param notify string = ''

@secure()
@description('The same, for approvals that wait too long.')
param escalate string = ''

@description('Mail addresses that Azure Monitor writes to when something is wrong, by commas. Empty: it is seen in the portal.')
param alertAddresses string = ''

// Events

@description('Name of a system topic that this subscription already has; Azure allows one. Empty: one is made.')
param systemTopicName string = ''

@description('Resource group of that system topic.')
param systemTopicResourceGroup string = ''

// However a region is spelt, it is one: other names would be another app beside this one, with an empty table of records.
var region = toLower(replace(location, ' ', ''))
var token = toLower(uniqueString(subscription().id, environmentName, region))
var allTags = union(tags, { 'azd-env-name': environmentName })
var appName = 'func-migrate-${token}'
var packageContainer = 'app-package'
var deadLetterContainer = 'dead-letters'
var hubName = 'ImageMigrations'
var usesScheduler = durableBackend == 'DurableTaskScheduler'

// The platform reads in host.json who keeps the state, and wakes the app for the scheduler alone: where Azure Storage keeps
// it, an instance must be there to look.
var readyDurable = usesScheduler ? int(alwaysReadyDurable) : max(1, int(alwaysReadyDurable))

// The hub keeps what ended no longer than its plan allows; the record answers afterwards. preprovision refuses other forms.
var retention = migrationSettings.?MIGRATION_RETENTION ?? ''
var retentionDays = !usesScheduler || empty(retention) ? 90 : int(replace(replace(retention, 'P', ''), 'D', ''))
var hubRetentionDays = min(retentionDays, durableTaskSchedulerSku == 'Dedicated' ? 90 : 30)

var storageName = 'stmigrate${token}'
var topicName = empty(systemTopicName) ? 'evgt-subscription-${token}' : systemTopicName

var hasNetwork = vnetEnabled != 'false'
var isClosed = vnetEnabled == 'true'
var isAppClosed = privateApp == 'true'
var mayDelete = allowSourceDeletion == 'true'

var listedSubscriptions = filter(map(split(subscriptions, ','), id => toLower(trim(id))), id => !empty(id))
var namedSubscriptions = empty(listedSubscriptions) ? [subscription().subscriptionId] : listedSubscriptions
var sourceGroupIds = union(filter(map(split(sourceGroups, ','), id => toLower(trim(id))), id => !empty(id)), [])
var galleryGroupIds = union(filter(map(split(galleryGroups, ','), id => toLower(trim(id))), id => !empty(id)), [])
var groupSubscriptions = map(concat(sourceGroupIds, galleryGroupIds), id => split(id, '/')[2])
// Its own is among them: the app has rights on its group there, so it sees that subscription, and must see all of it to
// know who uses an image.
var readSubscriptions = union(namedSubscriptions, groupSubscriptions, [subscription().subscriptionId])
var switchedOff = filter(map(split(disabledFunctions, ','), name => trim(name)), name => !empty(name))

// The words that the app takes for yes.
var yes = ['1', 'on', 't', 'true', 'y', 'yes']
var createsGalleries = contains(yes, toLower(migrationSettings.?MIGRATION_CREATE_GALLERY ?? ''))

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: allTags
}

module identity 'identity.bicep' = {
  scope: group
  params: {
    location: location
    tags: allTags
    name: 'id-migrate-${token}'
  }
}

module monitoring 'monitoring.bicep' = {
  scope: group
  params: {
    location: location
    tags: allTags
    workspaceName: 'log-migrate-${token}'
    componentName: 'appi-migrate-${token}'
    workbookName: 'Image migrations (${environmentName})'
    principalId: identity.outputs.principalId
  }
}

module storage 'storage.bicep' = {
  scope: group
  params: {
    location: location
    tags: allTags
    name: storageName
    packageContainer: packageContainer
    deadLetterContainer: deadLetterContainer
    principalId: identity.outputs.principalId
    holdsTaskHub: !usesScheduler
    skuName: zoneRedundancy == 'None' ? 'Standard_LRS' : 'Standard_ZRS'
    isClosed: isClosed
  }
}

module durable 'durable.bicep' = if (usesScheduler) {
  scope: group
  params: {
    location: location
    tags: allTags
    name: 'dts-migrate-${token}'
    hubName: hubName
    skuName: durableTaskSchedulerSku
    capacity: int(durableTaskSchedulerCapacity)
    isClosed: isClosed
    retentionDays: hubRetentionDays
    principalId: identity.outputs.principalId
  }
}

module vault 'vault.bicep' = {
  scope: group
  params: {
    location: location
    tags: allTags
    // A removed vault keeps its name for days; another identity makes another name.
    name: 'kv-${uniqueString(token, identity.outputs.principalId)}'
    principalId: identity.outputs.principalId
    purgeProtection: vaultPurgeProtection == 'true'
    isClosed: isClosed
    notify: notify
    escalate: escalate
  }
}

module diagnostics 'diagnostics.bicep' = {
  scope: group
  params: {
    workspaceId: monitoring.outputs.workspaceId
    storageAccountName: storage.outputs.name
    vaultName: vault.outputs.name
  }
}

module network 'network.bicep' = if (hasNetwork) {
  scope: group
  params: {
    location: location
    tags: allTags
    name: 'vnet-migrate-${token}'
    securityGroupName: 'nsg-migrate-${token}'
  }
}

var storageParts = map(['blob', 'queue', 'table'], part => { part: part, zone: 'privatelink.${part}.${environment().suffixes.storage}' })
var vaultPart = { part: 'vault', zone: 'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}' }
var schedulerPart = { part: 'scheduler', zone: 'privatelink.durabletask.io' }
var reachedParts = concat(storageParts, [vaultPart], usesScheduler ? [schedulerPart] : [])
var reached = {
  blob: storage.outputs.id
  queue: storage.outputs.id
  table: storage.outputs.id
  vault: vault.outputs.id
  scheduler: usesScheduler ? durable!.outputs.id : ''
}

module endpoints 'endpoint.bicep' = [for one in (hasNetwork ? reachedParts : []): {
  scope: group
  params: {
    location: location
    tags: allTags
    networkId: network!.outputs.id
    networkName: network!.outputs.name
    subnetId: network!.outputs.endpointsSubnetId
    resourceId: reached[one.part]
    part: one.part
    zoneName: one.zone
  }
}]

var storageSettings = {
  AzureWebJobsStorage__blobServiceUri: storage.outputs.blobEndpoint
  AzureWebJobsStorage__tableServiceUri: storage.outputs.tableEndpoint
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.outputs.clientId
}

// host.json says azureManaged; these settings override it where Azure Storage keeps the state.
var azureStorageSettings = {
  AzureWebJobsStorage__queueServiceUri: storage.outputs.queueEndpoint
  AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'AzureStorage'
  AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName: 'AzureWebJobsStorage'
  AzureFunctionsJobHost__extensions__durableTask__storageProvider__maxQueuePollingInterval: '00:00:05'
}

var schedulerSettings = {
  DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${usesScheduler ? durable!.outputs.endpoint : ''};Authentication=ManagedIdentity;ClientID=${identity.outputs.clientId}'
}

var secrets = '${vault.outputs.uri}secrets'
var secretSettings = {
  MIGRATION_NOTIFY: empty(notify) ? '' : '@Microsoft.KeyVault(SecretUri=${secrets}/notify/)'
  MIGRATION_ESCALATE: empty(escalate) ? '' : '@Microsoft.KeyVault(SecretUri=${secrets}/escalate/)'
}

var chosenCloud = migrationSettings.?MIGRATION_CLOUD ?? ''
var cloudSettings = {
  MIGRATION_CLOUD: empty(chosenCloud) ? environment().name : chosenCloud
}

var disabledSettings = toObject(switchedOff, name => 'AzureWebJobs.${name}.Disabled', name => 'true')

// Without the right to delete there is nothing to ask anybody: migrations end with their source kept.
var copyOnlySettings = {
  MIGRATION_DELETE_SOURCE: 'never'
}

module app 'app.bicep' = {
  scope: group
  params: {
    location: location
    tags: allTags
    name: appName
    planName: 'plan-migrate-${token}'
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    packageContainerUrl: '${storage.outputs.blobEndpoint}${packageContainer}'
    insightsName: monitoring.outputs.name
    subnetId: hasNetwork ? network!.outputs.appSubnetId : ''
    isClosed: isAppClosed
    zoneRedundant: zoneRedundancy == 'All'
    instanceMemoryMB: int(instanceMemoryMB)
    maximumInstanceCount: int(maximumInstanceCount)
    alwaysReadyDurable: readyDurable
    authClientId: authClientId
    durableWebhookOpen: durableWebhookOpen == 'true'
    settings: union(storageSettings, usesScheduler ? schedulerSettings : azureStorageSettings, migrationSettings, cloudSettings, secretSettings, disabledSettings, mayDelete ? {} : copyOnlySettings)
  }
  dependsOn: [endpoints] // in the network, it finds its storage by them
}

module appEndpoint 'endpoint.bicep' = if (isAppClosed) {
  scope: group
  params: {
    location: location
    tags: allTags
    networkId: network!.outputs.id
    networkName: network!.outputs.name
    subnetId: network!.outputs.endpointsSubnetId
    resourceId: app.outputs.id
    part: 'sites'
    zoneName: 'privatelink.azurewebsites.net'
  }
}

module topic 'topic.bicep' = if (empty(systemTopicName)) {
  scope: group
  params: {
    tags: allTags
    name: topicName
  }
}

var givenTopicId = '${subscription().id}/resourceGroups/${systemTopicResourceGroup}/providers/Microsoft.EventGrid/systemTopics/${systemTopicName}'

module alerts 'alerts.bicep' = {
  scope: group
  params: {
    location: location
    tags: allTags
    namePrefix: 'alert-migrate-${token}'
    componentId: monitoring.outputs.id
    topicId: empty(systemTopicName) ? topic!.outputs.id : givenTopicId
    eventSubscriptionName: 'tagged-images-${appName}'
    addresses: filter(map(split(alertAddresses, ','), one => trim(one)), one => !empty(one))
    measures: !contains(switchedOff, 'measure_migrations')
  }
}

// What is deployed is added to what is there: an assignment that is left out stays. So the roles themselves lose the
// actions that are not allowed.
var withheld = concat(mayDelete ? [] : ['deleter'], createsGalleries ? [] : ['galleryCreator'])

module roles 'rights/roles.bicep' = {
  params: {
    environmentName: environmentName
    token: token
    withheld: withheld
    // This subscription comes first: the roles are defined in it.
    assignableScopes: union([subscription().id], map(readSubscriptions, id => '/subscriptions/${id}'))
  }
}

var sourceRoles = mayDelete ? [roles.outputs.tagger, roles.outputs.deleter] : [roles.outputs.tagger]
var galleryRoles = createsGalleries ? [roles.outputs.writer, roles.outputs.galleryCreator] : [roles.outputs.writer]

module looking 'rights/at-subscription.bicep' = [for id in readSubscriptions: {
  scope: subscription(id)
  params: {
    principalId: identity.outputs.principalId
    roleNames: [roles.outputs.observer]
  }
}]

module sourcesOfSubscription 'rights/at-subscription.bicep' = [for id in (empty(sourceGroupIds) ? namedSubscriptions : []): {
  scope: subscription(id)
  params: {
    principalId: identity.outputs.principalId
    roleNames: sourceRoles
  }
}]

module sourcesOfGroup 'rights/at-group.bicep' = [for id in sourceGroupIds: {
  scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
  params: {
    principalId: identity.outputs.principalId
    roleNames: sourceRoles
  }
}]

module galleriesOfSubscription 'rights/at-subscription.bicep' = [for id in (empty(galleryGroupIds) ? namedSubscriptions : []): {
  scope: subscription(id)
  params: {
    principalId: identity.outputs.principalId
    roleNames: galleryRoles
  }
}]

module galleriesOfGroup 'rights/at-group.bicep' = [for id in galleryGroupIds: {
  scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
  params: {
    principalId: identity.outputs.principalId
    roleNames: galleryRoles
  }
}]

// What azd and its hooks need; no secret is among them.
output AZURE_LOCATION string = location
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_KEY_VAULT_NAME string = vault.outputs.name
output AZURE_FUNCTION_APP_NAME string = app.outputs.name
output AZURE_FUNCTION_APP_ID string = app.outputs.id
output AZURE_FUNCTION_APP_URL string = app.outputs.url
output AZURE_STORAGE_ACCOUNT_NAME string = storageName
output APP_IDENTITY_CLIENT_ID string = identity.outputs.clientId
output EVENT_TOPIC_NAME string = topicName
output EVENT_TOPIC_RESOURCE_GROUP string = empty(systemTopicName) ? group.name : systemTopicResourceGroup
output DEAD_LETTER_CONTAINER string = deadLetterContainer
