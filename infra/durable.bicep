// Durable Task Scheduler: keeps the state of every migration, and hands out the work.
param location string
param tags object
param name string
param hubName string
param skuName string

@minValue(1)
@description('Units of Dedicated; three of them are highly available. Consumption has none.')
param capacity int

@description('Only private endpoints get in.')
param isClosed bool

@minValue(1)
@maxValue(90)
@description('How many days the hub keeps what ended. Without a policy it would be 30.')
param retentionDays int

param principalId string

resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    ipAllowlist: ['0.0.0.0/0']
    publicNetworkAccess: isClosed ? 'Disabled' : 'Enabled'
    sku: skuName == 'Dedicated' ? { name: skuName, capacity: capacity } : { name: skuName }
  }
}

resource hub 'Microsoft.DurableTask/schedulers/taskHubs@2026-02-01' = {
  parent: scheduler
  name: hubName
}

resource retention 'Microsoft.DurableTask/schedulers/retentionPolicies@2026-02-01' = {
  parent: scheduler
  name: 'default'
  properties: {
    retentionPolicies: [
      {
        retentionPeriodInDays: retentionDays
      }
    ]
  }
}

var durableTaskDataContributor = '0ad04412-c4d5-4796-b79c-f76d14c8d402'

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(scheduler.id, principalId, durableTaskDataContributor)
  scope: scheduler
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', durableTaskDataContributor)
  }
}

output id string = scheduler.id
output endpoint string = scheduler.properties.endpoint
