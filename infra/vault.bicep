// Secrets the app reads by reference: the key that signs approval links, and notification addresses.
// No purge protection: a lost signing key only voids links, and a deployment can be removed and made again.
param location string
param tags object
param name string
param principalId string

@description('Who deploys: azd reads the signing key back, so that a second deployment keeps it.')
param deployerId string

@secure()
param signingKey string

@secure()
param signingKeyPrevious string

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

resource signingKeySecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'signing-key'
  properties: {
    value: signingKey
  }
}

resource signingKeyPreviousSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = if (!empty(signingKeyPrevious)) {
  parent: vault
  name: 'signing-key-previous'
  properties: {
    value: signingKeyPrevious
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

resource deployerAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, deployerId, secretsUser)
  scope: vault
  properties: {
    principalId: deployerId
    roleDefinitionId: secretsUserRole
  }
}

output name string = vault.name
output uri string = vault.properties.vaultUri
