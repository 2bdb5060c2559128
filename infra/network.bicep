// A virtual network: one subnet that the app runs in, one for private endpoints.
param location string
param tags object
param name string
param securityGroupName string

@description('Addresses of the network, and of its two subnets.')
param addressPrefix string = '10.40.0.0/23'
param appPrefix string = '10.40.0.0/24'
param endpointsPrefix string = '10.40.1.0/24'

// No rule of its own: those that every group has let in what is in the network, and nothing from outside.
resource securityGroup 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: securityGroupName
  location: location
  tags: tags
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: [addressPrefix]
    }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: appPrefix
          networkSecurityGroup: {
            id: securityGroup.id
          }
          delegations: [
            {
              name: 'flex-consumption'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: endpointsPrefix
          networkSecurityGroup: {
            id: securityGroup.id
          }
          privateEndpointNetworkPolicies: 'NetworkSecurityGroupEnabled' // else the group does not count for endpoints
        }
      }
    ]
  }
}

output id string = network.id
output name string = network.name
output appSubnetId string = '${network.id}/subnets/app'
output endpointsSubnetId string = '${network.id}/subnets/endpoints'
