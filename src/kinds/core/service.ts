/** Service: a stable name and address for a set of pods. */
import { age } from '#kinds/columns.ts'
import { Condition } from '#kinds/meta/condition.ts'
import { isDns1123Label } from '#kinds/meta/names.ts'
import { labelsText } from '#kinds/meta/selecting.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { LoadBalancerStatus } from './load-balancer.ts'
import { externalAddress, portsText } from './service/columns.ts'
import { checkSpec } from './service/rules.ts'
import { onCreate, onUpdate } from './service/strategy.ts'
import { serviceWarnings } from './service/warnings.ts'
import { ServiceSpec } from './service-spec.ts'

export class ServiceStatus extends struct({
  loadBalancer: field(1, LoadBalancerStatus, 'Where traffic goes in, for type LoadBalancer.', { written: true }),
  conditions: field(
    2,
    list(Condition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    'What is known about single aspects of the object, one entry per type.',
  ),
}) {}

export class Service extends kind({
  plural: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  scope: 'Namespaced',
  subresources: { status: true },
  nameCheck: isDns1123Label,
  fields: {
    spec: field(2, ServiceSpec, 'What is wanted.', { written: true }),
    status: field(3, ServiceStatus, 'What is observed.', { written: true }),
  },
  columns: {
    Type: ({ spec }) => spec.type,
    'Cluster-IP': ({ spec }) => spec.clusterIPs?.[0] ?? '<none>',
    'External-IP': ({ spec, status }) => externalAddress(spec, status.loadBalancer),
    'Port(s)': ({ spec }) => portsText(spec.ports),
    Age: age,
    Selector: { wide: true, cell: ({ spec }) => labelsText(spec.selector) },
  },
  selectable: {
    'spec.clusterIP': ({ spec }) => spec.clusterIP ?? '',
    'spec.type': ({ spec }) => spec.type,
  },
  validate: ({ spec }, at, before) => checkSpec(spec, at.key('spec'), before?.spec),
  warnings: serviceWarnings,
  onCreate: next => {
    next.status = { loadBalancer: {} }
    onCreate(next.spec)
  },
  onUpdate: (next, before, { subresource }) => {
    if (subresource === '') onUpdate(next.spec, before.spec)
  },
}) {}
