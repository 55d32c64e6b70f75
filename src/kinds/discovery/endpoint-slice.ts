/** EndpointSlice: some of the endpoints of a service. */

import { age } from '#kinds/columns.ts'
import { ObjectReference } from '#kinds/core/references.ts'
import { isDns1123Label, isDns1123Subdomain, isQualifiedName } from '#kinds/meta/names.ts'
import { bool, int32, oneOf, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { checkEndpoint, checkPorts, ENDPOINTS_MAX, shortList, sliceWarnings } from './endpoint-rules.ts'
import { kind, struct } from './group.ts'

export class EndpointConditions extends struct({
  ready: field(1, bool, 'Whether it takes new connections; unknown means yes.', { explicit: true }),
  serving: field(2, bool, 'Like ready, but also while it terminates.', { explicit: true }),
  terminating: field(3, bool, 'Whether it is going away.', { explicit: true }),
}) {}

export class ForZone extends struct({
  name: field(1, string, 'Name of the zone.', { always: true }),
}) {}

export class ForNode extends struct({
  name: field(1, string, 'Name of the node.', { required: true }),
}) {}

export class EndpointHints extends struct({
  forZones: field(1, list(ForZone, { listType: 'atomic' }), 'Zones that should use this endpoint.'),
  forNodes: field(2, list(ForNode, { listType: 'atomic' }), 'Nodes that should use this endpoint.'),
}) {}

export class Endpoint extends struct({
  addresses: field(1, list(string, { listType: 'set' }), "Its addresses, all of the slice's type and equally good.", { always: true }),
  conditions: field(2, EndpointConditions, 'Whether it can be used at present.', { written: true }),
  hostname: field(3, string, 'Its host name within the service.', { explicit: true, check: isDns1123Label }),
  targetRef: field(4, ObjectReference, 'The object behind it, usually a pod.'),
  deprecatedTopology: field(5, map(string), 'Topology labels, as they were kept in v1beta1.'),
  nodeName: field(6, string, 'The node on which it runs.', { explicit: true, check: isDns1123Subdomain }),
  zone: field(7, string, 'The zone in which it runs.', { explicit: true }),
  hints: field(8, EndpointHints, 'For whom it is meant.'),
}) {}

export class EndpointPort extends struct(
  {
    name: field(1, string, "The service port's name.", { explicit: true, default: '' }),
    protocol: field(2, oneOf('SCTP', 'TCP', 'UDP'), 'TCP, UDP or SCTP.', { explicit: true, default: 'TCP' }),
    port: field(3, int32, "The port's number; absent means all ports.", { explicit: true }),
    appProtocol: field(4, string, 'The protocol spoken there, such as kubernetes.io/h2c.', { explicit: true, check: isQualifiedName }),
  },
  { atomic: true },
) {}

export class EndpointSlice extends kind({
  plural: 'endpointslices',
  scope: 'Namespaced',
  fields: {
    addressType: field(4, oneOf('FQDN', 'IPv4', 'IPv6'), 'Whether addresses are IPv4, IPv6 or domain names; never changes.', {
      required: true,
      immutable: true,
    }),
    endpoints: field(2, list(Endpoint, { listType: 'atomic' }), 'The endpoints, at most 1000.', { written: true }),
    ports: field(3, list(EndpointPort, { listType: 'atomic' }), 'The ports that every endpoint has.', { written: true }),
  },
  bumpsGeneration: ['addressType', 'endpoints', 'ports', 'metadata.labels'],
  validate: ({ endpoints, ports, addressType }, at) => {
    const here = at.key('endpoints')
    if ((endpoints ?? []).length > ENDPOINTS_MAX) here.tooMany(endpoints.length, ENDPOINTS_MAX)
    for (const [i, endpoint] of (endpoints ?? []).entries()) checkEndpoint(endpoint, addressType, here.index(i))
    checkPorts(ports ?? [], at.key('ports'))
  },
  warnings: sliceWarnings,
  columns: {
    AddressType: ({ addressType }) => addressType,
    Ports: ({ ports }) => shortList((ports ?? []).map(({ port, name }) => String(port ?? name ?? '*'))),
    Endpoints: ({ endpoints }) => shortList((endpoints ?? []).flatMap(({ addresses }) => addresses ?? [])),
    Age: age,
  },
}) {}
