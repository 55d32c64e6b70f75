/** EndpointSlice: ?file discovery/endpoint-slice. */
import { ObjectReference } from '#kinds/core/references.ts'
import { bool, int32, oneOf, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class EndpointConditions extends struct({
  ready: field(1, bool, '?EndpointConditions.ready', { explicit: true }),
  serving: field(2, bool, '?EndpointConditions.serving', { explicit: true }),
  terminating: field(3, bool, '?EndpointConditions.terminating', { explicit: true }),
}) {}

export class ForZone extends struct({
  name: field(1, string, '?ForZone.name', { required: true }),
}) {}

export class ForNode extends struct({
  name: field(1, string, '?ForNode.name', { required: true }),
}) {}

export class EndpointHints extends struct({
  forZones: field(1, list(ForZone, { listType: 'atomic' }), '?EndpointHints.forZones'),
  forNodes: field(2, list(ForNode, { listType: 'atomic' }), '?EndpointHints.forNodes'),
}) {}

export class Endpoint extends struct({
  addresses: field(1, list(string, { listType: 'set' }), '?Endpoint.addresses', { required: true }),
  conditions: field(2, EndpointConditions, '?Endpoint.conditions', { written: true }),
  hostname: field(3, string, '?Endpoint.hostname', { explicit: true }),
  targetRef: field(4, ObjectReference, '?Endpoint.targetRef'),
  deprecatedTopology: field(5, map(string), '?Endpoint.deprecatedTopology'),
  nodeName: field(6, string, '?Endpoint.nodeName', { explicit: true }),
  zone: field(7, string, '?Endpoint.zone', { explicit: true }),
  hints: field(8, EndpointHints, '?Endpoint.hints'),
}) {}

export class EndpointPort extends struct({
  name: field(1, string, '?EndpointPort.name', { explicit: true }),
  protocol: field(2, oneOf('TCP', 'UDP', 'SCTP'), '?EndpointPort.protocol', { explicit: true }),
  port: field(3, int32, '?EndpointPort.port', { explicit: true }),
  appProtocol: field(4, string, '?EndpointPort.appProtocol', { explicit: true }),
}) {}

export class EndpointSlice extends kind({
  plural: 'endpointslices',
  scope: 'Namespaced',
  fields: {
    addressType: field(4, oneOf('IPv4', 'IPv6', 'FQDN'), '?EndpointSlice.addressType', { required: true }),
    endpoints: field(2, list(Endpoint, { listType: 'atomic' }), '?EndpointSlice.endpoints', { written: true }),
    ports: field(3, list(EndpointPort, { listType: 'atomic' }), '?EndpointSlice.ports', { written: true }),
  },
}) {}
