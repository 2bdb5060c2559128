// Secrets the app reads by reference: the notification addresses. They are given anew with each deployment.
param location string
param tags object
param name string
param principalId string

@description('A removed vault is kept for seven days, whoever wants it gone. Azure never turns this off.')
param purgeProtection bool

@description('Only private endpoints get in, and trusted Azure services.')
param isClosed bool

@secure()
param notify string

@secure()
param escalate string

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    enableRbacAuthorization: true
    enablePurgeProtection: purgeProtection ? true : null // false is refused
    softDeleteRetentionInDays: 7
    publicNetworkAccess: isClosed ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: isClosed ? 'Deny' : 'Allow'
    }
    sku: {
      family: 'A'
      name: 'standard'
    }
  }
}

resource notifySecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = if (!empty(notify)) {
  parent: vault
  name: 'notify'
  properties: {
    value: notify
  }
}

resource escalateSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = if (!empty(escalate)) {
  parent: vault
  name: 'escalate'
  properties: {
    value: escalate
  }
}

var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'
var secretsUserRole = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)

resource appAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, principalId, secretsUser)
  scope: vault
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: secretsUserRole
  }
}

output id string = vault.id
output name string = vault.name
output uri string = vault.properties.vaultUri
