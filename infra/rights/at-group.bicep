// Assigns roles to the app's identity on one resource group.
targetScope = 'resourceGroup'

param principalId string
@description('Names of role definitions: each subscription they are assignable in has them under an id of its own.')
param roleNames array

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for roleName in roleNames: {
  name: guid(resourceGroup().id, principalId, roleName)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleName)
  }
}]
