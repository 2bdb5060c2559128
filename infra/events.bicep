// The event subscription: which writes reach the app. Deployed by the postdeploy hook into the system topic's group,
// because Event Grid only accepts a function that exists; one that is switched off answers as if it did not.
@description('The system topic. It needs an identity: dead letters are written with it.')
param topicName string

@description('Id of the function app.')
param functionAppId string

@description('Client id of the app\'s identity: its own writes are left out.')
param identityClientId string

@description('Subscription, group and name of the storage account that takes dead letters: the app\'s own.')
param storageSubscriptionId string = split(functionAppId, '/')[2]
param storageResourceGroup string
param storageAccountName string
param deadLetterContainer string = 'dead-letters'

resource topic 'Microsoft.EventGrid/systemTopics@2022-06-15' existing = {
  name: topicName
}

module deadLetterAccess 'dead-letters.bicep' = {
  scope: resourceGroup(storageSubscriptionId, storageResourceGroup)
  params: {
    principalId: topic.identity.principalId
    storageAccountName: storageAccountName
    containerName: deadLetterContainer
  }
}

resource taggedImages 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2022-06-15' = {
  parent: topic
  name: 'tagged-images-${last(split(functionAppId, '/'))}' // another app on this topic has its own
  properties: {
    eventDeliverySchema: 'EventGridSchema'
    destination: {
      endpointType: 'AzureFunction'
      properties: {
        resourceId: '${functionAppId}/functions/image_tagged'
        maxEventsPerBatch: 1
        preferredBatchSizeInKilobytes: 64
      }
    }
    deadLetterWithResourceIdentity: {
      identity: {
        type: 'SystemAssigned'
      }
      deadLetterDestination: {
        endpointType: 'StorageBlob'
        properties: {
          resourceId: deadLetterAccess.outputs.storageId
          blobContainerName: deadLetterContainer
        }
      }
    }
    retryPolicy: {
      maxDeliveryAttempts: 30
      eventTimeToLiveInMinutes: 1440
    }
    filter: {
      isSubjectCaseSensitive: false
      includedEventTypes: ['Microsoft.Resources.ResourceWriteSuccess']
      advancedFilters: [
        {
          operatorType: 'StringIn'
          key: 'data.operationName'
          values: ['Microsoft.Compute/images/write', 'Microsoft.Resources/tags/write']
        }
        {
          operatorType: 'StringContains'
          key: 'subject'
          values: ['/providers/Microsoft.Compute/images/']
        }
        {
          operatorType: 'StringNotIn'
          key: 'data.claims.appid'
          values: [identityClientId]
        }
      ]
    }
  }
}
