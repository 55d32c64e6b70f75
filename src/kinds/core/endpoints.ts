/** Endpoints: the addresses behind a service, in the form before EndpointSlice. */
import { bracketed } from '#base/cidr.ts'
import { age } from '#kinds/columns.ts'
import { int32, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { checkSubsets } from './endpoints/rules.ts'
import { kind, struct } from './group.ts'
import { ObjectReference } from './references.ts'

export class EndpointAddress extends struct(
  {
    ip: field(1, string, 'Address of the pod.', { always: true }),
    hostname: field(3, string, 'Host name of the pod.'),
    nodeName: field(4, string, 'Node on which it runs.', { explicit: true }),
    targetRef: field(2, ObjectReference, 'The pod that has the address.'),
  },
  { atomic: true },
) {}

export class EndpointPort extends struct(
  {
    name: field(1, string, "Name of the service's port."),
    port: field(2, int32, 'Port of the pods.', { always: true }),
    protocol: field(3, oneOf('SCTP', 'TCP', 'UDP'), 'TCP, UDP or SCTP.', { default: 'TCP' }),
    appProtocol: field(4, string, 'Protocol within, as a hint for proxies.', { explicit: true }),
  },
  { atomic: true },
) {}

export class EndpointSubset extends struct({
  addresses: field(1, list(EndpointAddress, { listType: 'atomic' }), 'Addresses that can serve.'),
  notReadyAddresses: field(2, list(EndpointAddress, { listType: 'atomic' }), 'Addresses that cannot serve yet, or no more.'),
  ports: field(3, list(EndpointPort, { listType: 'atomic' }), 'Ports of all these addresses.'),
}) {}

/** How many addresses a cell names. */
const SHOWN_MAX = 3
function addressesText(subsets: readonly EndpointSubset[] = []): string {
  if (subsets.length === 0) return '<none>'
  const all = subsets.flatMap(({ ports = [], addresses = [] }) =>
    ports.flatMap(({ port }) => addresses.map(({ ip }) => `${bracketed(ip)}:${port}`)),
  )
  const shown = all.slice(0, SHOWN_MAX).join(',')
  return all.length > SHOWN_MAX ? `${shown} + ${all.length - SHOWN_MAX} more...` : shown
}

export class Endpoints extends kind({
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  scope: 'Namespaced',
  deprecated: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  fields: {
    subsets: field(2, list(EndpointSubset, { listType: 'atomic' }), 'Addresses and ports; each address has each port of its subset.'),
  },
  columns: { Endpoints: ({ subsets }) => addressesText(subsets), Age: age },
  validate: ({ subsets = [] }, at) => checkSubsets(subsets, at.key('subsets')),
}) {}
