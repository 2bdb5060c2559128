// Everything the app needs in Azure, in one resource group of its own, and its rights outside of it.
targetScope = 'subscription'

@minLength(1)
@maxLength(32)
@description('Name of the deployment; every resource name follows from it.')
param environmentName string

@minLength(1)
@description('Region of the app. Images and galleries may be anywhere.')
param location string

@description('Who deploys: may read the signing key back, so that the next deployment keeps it.')
param principalId string = deployer().objectId

// What it may see and change

@description('Ids of the subscriptions whose images, machines and galleries the app reads, by commas; empty: this one.')
param subscriptions string = ''

@description('Ids of the resource groups whose images may be tagged and, if allowed, deleted, by commas; empty: all read.')
param sourceGroups string = ''

@description('Ids of the resource groups whose galleries may be written to, by commas; empty: all that are read.')
param galleryGroups string = ''

@description('Whether the app may delete source images at all. Off, it has no such right, and asks nobody.')
param allowSourceDeletion bool = false

// How it runs

@allowed(['DurableTaskScheduler', 'AzureStorage'])
@description('What keeps the state of migrations.')
param durableBackend string = 'DurableTaskScheduler'

@allowed(['Consumption', 'Dedicated'])
param durableTaskSchedulerSku string = 'Consumption'

@description('Instances that are always ready for orchestrations and activities; 0: none, and a cold start now and then.')
param alwaysReadyDurable int = 0

@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Put the app in a virtual network, and its storage behind private endpoints.')
param vnetEnabled bool = false

// Who may use it, and what it tells whom

@description('Client id of the Entra application that people sign in to; empty: function keys only.')
param authClientId string = ''

@description('The MIGRATION_ settings that are no secrets, by name; an empty value leaves the built-in default.')
param migrationSettings object

@secure()
@description('Signs approval links. azd makes one, and reads it back from the vault afterwards.')
param signingKey string

@secure()
@description('The signing key before this one, while links signed with it are still about.')
param signingKeyPrevious string = ''

@secure()
@description('Notification addresses, by spaces. They hold secrets, so they go to the vault.')
param notify string = ''

@secure()
@description('The same, for approvals that wait too long.')
param escalate string = ''

// Events

@description('Name of a system topic that this subscription already has; Azure allows one. Empty: one is made.')
param systemTopicName string = ''

@description('Resource group of that system topic.')
param systemTopicResourceGroup string = ''

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var appName = 'func-migrate-${token}'
var packageContainer = 'app-package'
var deadLetterContainer = 'dead-letters'
var hubName = 'ImageMigrations'
var usesScheduler = durableBackend == 'DurableTaskScheduler'
var storageName = 'stmigrate${token}'
var topicName = empty(systemTopicName) ? 'evgt-subscription-${token}' : systemTopicName

var readSubscriptions = empty(subscriptions) ? [subscription().subscriptionId] : split(subscriptions, ',')
var sourceGroupIds = empty(sourceGroups) ? [] : split(sourceGroups, ',')
var galleryGroupIds = empty(galleryGroups) ? [] : split(galleryGroups, ',')
var createsGalleries = toLower(string(migrationSettings.MIGRATION_CREATE_GALLERY)) == 'true'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    location: location
    tags: tags
    name: 'id-migrate-${token}'
  }
}

module monitoring 'monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    location: location
    tags: tags
    workspaceName: 'log-migrate-${token}'
    componentName: 'appi-migrate-${token}'
    workbookName: 'Image migrations (${environmentName})'
    principalId: identity.outputs.principalId
  }
}

module storage 'storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    location: location
    tags: tags
    name: storageName
    packageContainer: packageContainer
    deadLetterContainer: deadLetterContainer
    principalId: identity.outputs.principalId
    holdsTaskHub: !usesScheduler
    isPrivate: vnetEnabled
  }
}

module durable 'durable.bicep' = if (usesScheduler) {
  name: 'durable'
  scope: group
  params: {
    location: location
    tags: tags
    name: 'dts-migrate-${token}'
    hubName: hubName
    skuName: durableTaskSchedulerSku
    principalId: identity.outputs.principalId
  }
}

module vault 'vault.bicep' = {
  name: 'vault'
  scope: group
  params: {
    location: location
    tags: tags
    name: 'kv-${token}'
    principalId: identity.outputs.principalId
    deployerId: principalId
    signingKey: signingKey
    signingKeyPrevious: signingKeyPrevious
    notify: notify
    escalate: escalate
  }
}

module network 'network.bicep' = if (vnetEnabled) {
  name: 'network'
  scope: group
  params: {
    location: location
    tags: tags
    name: 'vnet-migrate-${token}'
    storageId: storage.outputs.id
  }
}

var storageSettings = {
  AzureWebJobsStorage__blobServiceUri: storage.outputs.blobEndpoint
  AzureWebJobsStorage__queueServiceUri: storage.outputs.queueEndpoint
  AzureWebJobsStorage__tableServiceUri: storage.outputs.tableEndpoint
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.outputs.clientId
}

// host.json says azureManaged; these settings override it where Azure Storage keeps the state.
var azureStorageSettings = {
  AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'AzureStorage'
  AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName: 'AzureWebJobsStorage'
  AzureFunctionsJobHost__extensions__durableTask__storageProvider__maxQueuePollingInterval: '00:00:05'
}

var schedulerSettings = {
  DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${usesScheduler ? durable.outputs.endpoint : ''};Authentication=ManagedIdentity;ClientID=${identity.outputs.clientId}'
}

var secretSettings = {
  MIGRATION_SIGNING_KEY: '@Microsoft.KeyVault(SecretUri=${vault.outputs.uri}secrets/signing-key/)'
  MIGRATION_SIGNING_KEY_PREVIOUS: empty(signingKeyPrevious) ? '' : '@Microsoft.KeyVault(SecretUri=${vault.outputs.uri}secrets/signing-key-previous/)'
  MIGRATION_NOTIFY: empty(notify) ? '' : '@Microsoft.KeyVault(SecretUri=${vault.outputs.uri}secrets/notify/)'
  MIGRATION_ESCALATE: empty(escalate) ? '' : '@Microsoft.KeyVault(SecretUri=${vault.outputs.uri}secrets/escalate/)'
}

var cloudSettings = {
  MIGRATION_CLOUD: environment().name
}

// Without the right to delete there is nothing to ask anybody: migrations end with their source kept.
var copyOnlySettings = {
  MIGRATION_DELETE_SOURCE: 'never'
}

module app 'app.bicep' = {
  name: 'app'
  scope: group
  params: {
    location: location
    tags: tags
    name: appName
    planName: 'plan-migrate-${token}'
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    packageContainerUrl: '${storage.outputs.blobEndpoint}${packageContainer}'
    insightsName: monitoring.outputs.name
    subnetId: vnetEnabled ? network.outputs.appSubnetId : ''
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyDurable: alwaysReadyDurable
    authClientId: authClientId
    settings: union(storageSettings, usesScheduler ? schedulerSettings : azureStorageSettings, migrationSettings, cloudSettings, secretSettings, allowSourceDeletion ? {} : copyOnlySettings)
  }
}

module topic 'topic.bicep' = if (empty(systemTopicName)) {
  name: 'topic'
  scope: group
  params: {
    tags: tags
    name: topicName
  }
}

module roles 'rights/roles.bicep' = {
  name: 'image-migration-roles'
  params: {
    environmentName: environmentName
    assignableScopes: [for id in readSubscriptions: '/subscriptions/${id}']
  }
}

var sourceRoles = allowSourceDeletion ? [roles.outputs.tagger, roles.outputs.deleter] : [roles.outputs.tagger]
var galleryRoles = createsGalleries ? [roles.outputs.writer, roles.outputs.galleryCreator] : [roles.outputs.writer]

module looking 'rights/at-subscription.bicep' = [for id in readSubscriptions: {
  name: 'image-migration-looking'
  scope: subscription(id)
  params: {
    principalId: identity.outputs.principalId
    roleNames: [roles.outputs.observer]
  }
}]

module sourcesOfSubscription 'rights/at-subscription.bicep' = [for id in (empty(sourceGroups) ? readSubscriptions : []): {
  name: 'image-migration-sources'
  scope: subscription(id)
  params: {
    principalId: identity.outputs.principalId
    roleNames: sourceRoles
  }
}]

module sourcesOfGroup 'rights/at-group.bicep' = [for id in sourceGroupIds: {
  name: 'image-migration-sources'
  scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
  params: {
    principalId: identity.outputs.principalId
    roleNames: sourceRoles
  }
}]

module galleriesOfSubscription 'rights/at-subscription.bicep' = [for id in (empty(galleryGroups) ? readSubscriptions : []): {
  name: 'image-migration-galleries'
  scope: subscription(id)
  params: {
    principalId: identity.outputs.principalId
    roleNames: galleryRoles
  }
}]

module galleriesOfGroup 'rights/at-group.bicep' = [for id in galleryGroupIds: {
  name: 'image-migration-galleries'
  scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
  params: {
    principalId: identity.outputs.principalId
    roleNames: galleryRoles
  }
}]

// What azd and the postdeploy hook need; no secret is among them.
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
