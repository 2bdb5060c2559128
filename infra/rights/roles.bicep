// The custom roles: each holds exactly the actions of one kind of step. A contract test compares them with the code.
targetScope = 'subscription'

@description('Together they make role names unique in the tenant.')
param environmentName string
param token string

@description('Keys of the roles that keep none of their actions: whoever still has one assigned can only look.')
param withheld array

@description('Ids of the subscriptions in which the roles may be assigned.')
param assignableScopes array

var roles = loadJsonContent('../roles.json')
var lookingOnly = ['Microsoft.Compute/images/read']

resource definitions 'Microsoft.Authorization/roleDefinitions@2022-04-01' = [for role in roles: {
  name: guid(subscription().id, environmentName, role.key)
  properties: {
    roleName: '${role.name} (${environmentName}, ${token})'
    description: role.description
    type: 'CustomRole'
    permissions: [
      {
        actions: contains(withheld, role.key) ? lookingOnly : role.actions
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
