// Secrets the app reads by reference: the keys that sign approval links, and notification addresses.
// No purge protection: a lost signing key only voids links, and a deployment can be removed and made again.
param location string
param tags object
param name string
param principalId string

@description('The app\'s storage account. Its two access keys open nothing, since shared keys are off, so they can sign.')
param storageAccountName string

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

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: storageAccountName
}

// Made by Azure, the same in every deployment, and read back by no person and no pipeline: docs/decisions/0007.
resource signingKeys 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = [for (slot, index) in ['primary', 'secondary']: {
  parent: vault
  name: 'signing-key-${slot}'
  properties: {
    value: account.listKeys().keys[index].value
  }
}]

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
