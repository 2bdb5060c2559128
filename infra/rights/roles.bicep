// The custom roles: each holds exactly the actions of one kind of step. A contract test compares them with the code.
targetScope = 'subscription'

@description('Makes role names unique in the tenant.')
param environmentName string

@description('Ids of the subscriptions in which the roles may be assigned.')
param assignableScopes array

var roles = loadJsonContent('../roles.json')

resource definitions 'Microsoft.Authorization/roleDefinitions@2022-04-01' = [for role in roles: {
  name: guid(subscription().id, environmentName, role.key)
  properties: {
    roleName: '${role.name} (${environmentName})'
    description: role.description
    type: 'CustomRole'
    permissions: [
      {
        actions: role.actions
        notActions: []
      }
    ]
    assignableScopes: assignableScopes
  }
}]

// In the order of roles.json.
output observer string = definitions[0].name
output writer string = definitions[1].name
output galleryCreator string = definitions[2].name
output tagger string = definitions[3].name
output deleter string = definitions[4].name
