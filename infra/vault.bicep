// Secrets the app reads by reference: the notification addresses.
// No purge protection: they are given anew with each deployment, and one can be removed and made again.
param location string
param tags object
param name string
param principalId string

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
    softDeleteRetentionInDays: 7
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

output name string = vault.name
output uri string = vault.properties.vaultUri
