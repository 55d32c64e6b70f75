/** Tests of what objects use of quotas. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { added, amountsText, countedBy, difference, usageOf } from './usage.ts'

const NOW = Date.parse('2030-01-01T00:01:00Z')
const pod = (resources: object, { spec = {}, metadata = {}, phase = 'Running' } = {}) => ({
  metadata,
  spec: { containers: [{ name: 'c', resources }], ...spec },
  status: { phase },
})
const requests = { cpu: '500m', memory: '1Gi', 'example.com/gpu': '2', 'hugepages-2Mi': '4Mi' }
const going = { deletionTimestamp: '2030-01-01T00:00:00Z', deletionGracePeriodSeconds: 30 }
interface Row {
  readonly rule: string
  readonly resource: string
  readonly object: object
  readonly usage: Readonly<Record<string, string>>
}
const ROWS: readonly Row[] = [
  {
    rule: 'a pod counts with all that it asks for, under old and new names',
    resource: 'pods',
    object: pod({ requests, limits: { cpu: '1' } }),
    usage: {
      'count/pods': '1',
      pods: '1',
      cpu: '500m',
      'requests.cpu': '500m',
      memory: '1Gi',
      'requests.memory': '1Gi',
      'requests.example.com/gpu': '2',
      'hugepages-2Mi': '4Mi',
      'requests.hugepages-2Mi': '4Mi',
      'limits.cpu': '1',
    },
  },
  {
    rule: 'a pod that has ended is an object and no more',
    resource: 'pods',
    object: pod({ requests }, { phase: 'Failed' }),
    usage: { 'count/pods': '1' },
  },
  { rule: 'so is one that should be gone', resource: 'pods', object: pod({}, { metadata: going }), usage: { 'count/pods': '1' } },
  {
    rule: 'one that is going still counts',
    resource: 'pods',
    object: pod({}, { metadata: { ...going, deletionGracePeriodSeconds: 90 } }),
    usage: { 'count/pods': '1', pods: '1' },
  },
  {
    rule: 'a plain service has no node ports',
    resource: 'services',
    object: { spec: { type: 'ClusterIP', ports: [{}] } },
    usage: { 'count/services': '1', services: '1' },
  },
  {
    rule: 'a load balancer without node ports counts those that it names',
    resource: 'services',
    object: { spec: { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports: [{ nodePort: 30_000 }, {}] } },
    usage: { 'count/services': '1', services: '1', 'services.nodeports': '1', 'services.loadbalancers': '1' },
  },
  {
    rule: 'a claim counts for its class, too',
    resource: 'persistentvolumeclaims',
    object: { metadata: {}, spec: { storageClassName: 'gold', resources: { requests: { storage: '1Gi' } } } },
    usage: {
      'count/persistentvolumeclaims': '1',
      persistentvolumeclaims: '1',
      'requests.storage': '1Gi',
      'gold.storageclass.storage.k8s.io/persistentvolumeclaims': '1',
      'gold.storageclass.storage.k8s.io/requests.storage': '1Gi',
    },
  },
  {
    rule: 'devices count for their classes, of alternatives the most',
    resource: 'resourceclaims.resource.k8s.io',
    object: {
      spec: {
        devices: {
          requests: [
            { name: 'a', exactly: { deviceClassName: 'gold', allocationMode: 'ExactCount', count: 2 } },
            {
              name: 'b',
              firstAvailable: [
                { name: 'x', deviceClassName: 'gold', allocationMode: 'ExactCount', count: 1 },
                { name: 'y', deviceClassName: 'gold', allocationMode: 'ExactCount', count: 3 },
                { name: 'z', deviceClassName: 'blue', allocationMode: 'All' },
              ],
            },
          ],
        },
      },
    },
    usage: {
      'count/resourceclaims.resource.k8s.io': '1',
      'gold.deviceclass.resource.k8s.io/devices': '5',
      'blue.deviceclass.resource.k8s.io/devices': '32',
    },
  },
  { rule: 'old names stay', resource: 'secrets', object: {}, usage: { 'count/secrets': '1', secrets: '1' } },
  { rule: 'all others are counted', resource: 'widgets.example.com', object: {}, usage: { 'count/widgets.example.com': '1' } },
]
for (const { rule, resource, object, usage } of ROWS) test(`usage: ${rule}`, () => assert.deepEqual(usageOf(resource, object, NOW), usage))
for (const [name, resource] of [
  ['cpu', 'pods'],
  ['requests.example.com/gpu', 'pods'],
  ['count/deployments.apps', 'deployments.apps'],
  ['services.nodeports', 'services'],
  ['requests.storage', 'persistentvolumeclaims'],
  ['gold.storageclass.storage.k8s.io/requests.storage', 'persistentvolumeclaims'],
  ['gold.deviceclass.resource.k8s.io/devices', 'resourceclaims.resource.k8s.io'],
  ['configmaps', 'configmaps'],
] as const)
  test(`${name} is counted by ${resource}`, () => assert.equal(countedBy(name), resource))
test('changes are differences, and sums do not fall below zero', () => {
  const change = difference({ cpu: '200m', pods: '1' }, { cpu: '500m', pods: '1' })
  assert.deepEqual(change, { cpu: '-300m' })
  assert.deepEqual(added({ cpu: '100m', pods: '1' }, change), { cpu: '0', pods: '1' })
  assert.equal(amountsText({ pods: '1', cpu: '2' }), 'cpu=2,pods=1')
})
