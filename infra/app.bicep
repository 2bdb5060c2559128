// The function app on Flex Consumption: its plan, its settings, and sign-in where that is asked for.
param location string
param tags object
param name string
param planName string
param identityId string
param identityClientId string
param packageContainerUrl string
param insightsName string
param subnetId string

@description('Only private endpoints get in: nobody from outside of the network, Event Grid and azd among them.')
param isClosed bool

@description('Spread over three zones. Azure then keeps at least two instances ready for each group of functions.')
param zoneRedundant bool

param instanceMemoryMB int

@minValue(1)
@maxValue(1000)
param maximumInstanceCount int

@minValue(0)
param alwaysReadyDurable int

@description('App settings: those of the platform, of the backend and of the app itself.')
param settings object

@description('Client id of the Entra application that people sign in to; empty: function keys only.')
param authClientId string

@description('Whether the Durable extension\'s own callbacks, which any holder of its system key may use, do without sign-in.')
param durableWebhookOpen bool

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

var alwaysReady = [
  {
    name: 'durable'
    instanceCount: alwaysReadyDurable
  }
]

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'migrator' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    publicNetworkAccess: isClosed ? 'Disabled' : 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'python'
        version: '3.13'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyDurable > 0 ? alwaysReady : []
      }
    }
  }
}

// Nobody publishes with a password: azd does with the token of whoever runs it.
resource publishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
}

resource publishingByFtp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'ftp'
  properties: {
    allow: false
  }
}

// Not PYTHON_ENABLE_OPENTELEMETRY: the host would leave the app's log records, phase changes among them, to the app.
var platformSettings = {
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  AZURE_CLIENT_ID: identityClientId
  AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential'
}

var authSettings = {
  MIGRATION_REQUIRE_IDENTITY: 'true'
  OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: identityClientId
  WEBSITE_AUTH_AAD_ALLOWED_TENANTS: subscription().tenantId
}

resource appSettings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'appsettings'
  properties: union(platformSettings, settings, empty(authClientId) ? {} : authSettings)
}

// Event Grid writes the name as the extension does, the host in lower case.
var eventPaths = ['/runtime/webhooks/EventGrid', '/runtime/webhooks/eventgrid']
var durablePaths = ['/runtime/webhooks/durabletask']

var signingIn = {
  platform: {
    enabled: true
  }
  globalValidation: {
    requireAuthentication: true
    unauthenticatedClientAction: 'RedirectToLoginPage'
    redirectToProvider: 'azureactivedirectory'
    excludedPaths: durableWebhookOpen ? concat(eventPaths, durablePaths) : eventPaths
  }
  identityProviders: {
    azureActiveDirectory: {
      enabled: true
      registration: {
        clientId: authClientId
        clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
        openIdIssuer: '${environment().authentication.loginEndpoint}${subscription().tenantId}/v2.0'
      }
      validation: {
        allowedAudiences: [authClientId, 'api://${authClientId}']
      }
    }
  }
  httpSettings: {
    requireHttps: true
  }
  login: {
    tokenStore: {
      enabled: false
    }
  }
}

// Written in any case: what a deployment leaves out stays as it is, and people would go on being asked to sign in.
resource authentication 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'authsettingsV2'
  properties: empty(authClientId) ? { platform: { enabled: false } } : signingIn
  dependsOn: [appSettings] // it names one of them, and two writes of an app's settings at once can lose one
}

output id string = app.id
output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
