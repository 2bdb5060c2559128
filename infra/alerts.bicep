// What somebody should hear of without looking: failed, waiting too long, nothing measured any more, events that were given up.
param location string
param tags object
param namePrefix string
param componentId string
param topicId string
param eventSubscriptionName string

@description('Whom Azure Monitor mails; nobody: the alerts are seen in the portal only.')
param addresses array

@description('Whether the function that measures is on: without it, nothing measured is no news.')
param measures bool

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: namePrefix
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'migrations'
    enabled: true
    emailReceivers: [for address in addresses: {
      name: address
      emailAddress: address
      useCommonAlertSchema: true
    }]
  }
}

var rules = [
  {
    name: 'failed'
    about: 'A migration of an image ended as Failed.'
    query: 'customMetrics | where name == "image_migrations.ended" and tostring(customDimensions.outcome) == "Failed" | summarize found = sum(valueSum)'
    operator: 'GreaterThan'
    threshold: 0
    minutes: 15
    enabled: true
  }
  {
    name: 'waiting'
    about: 'A question about a source image has waited for more than two days.'
    query: 'customMetrics | where name == "image_migrations.approval_waiting" | summarize found = max(valueMax)'
    operator: 'GreaterThan'
    threshold: 48
    minutes: 60
    enabled: true
  }
  {
    name: 'silent'
    about: 'The app that migrates images has measured nothing for half an hour: it does not run.'
    query: 'customMetrics | where name == "image_migrations.in_flight" | summarize found = count()'
    operator: 'LessThan'
    threshold: 1
    minutes: 30
    enabled: measures
  }
]

resource queries 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for rule in rules: {
  name: '${namePrefix}-${rule.name}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: rule.about
    enabled: rule.enabled
    severity: 2
    scopes: [componentId]
    evaluationFrequency: 'PT${rule.minutes}M'
    windowSize: 'PT${rule.minutes}M'
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: rule.query
          metricMeasureColumn: 'found'
          timeAggregation: 'Total'
          operator: rule.operator
          threshold: rule.threshold
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: [people.id]
    }
  }
}]

resource deadLetters 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${namePrefix}-dead-letters'
  location: 'global'
  tags: tags
  properties: {
    description: 'Events of tagged images could not be delivered, and are kept as dead letters.'
    enabled: true
    severity: 2
    scopes: [topicId]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT15M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'dead-letters'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.EventGrid/systemTopics'
          metricName: 'DeadLetteredCount'
          dimensions: [
            {
              name: 'EventSubscriptionName'
              operator: 'Include'
              values: [eventSubscriptionName]
            }
          ]
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: [
      {
        actionGroupId: people.id
      }
    ]
  }
}
