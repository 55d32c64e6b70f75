/** IPAddress: ?file networking/ip-address. */
import { string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class ParentReference extends struct({
  group: field(1, string, '?ParentReference.group'),
  resource: field(2, string, '?ParentReference.resource', { required: true }),
  namespace: field(3, string, '?ParentReference.namespace'),
  name: field(4, string, '?ParentReference.name', { required: true }),
}) {}

export class IPAddressSpec extends struct({
  parentRef: field(1, ParentReference, '?IPAddressSpec.parentRef', { required: true }),
}) {}

export class IPAddress extends kind({
  plural: 'ipaddresses',
  shortNames: ['ip'],
  scope: 'Cluster',
  fields: {
    spec: field(2, IPAddressSpec, '?IPAddress.spec', { always: true }),
  },
}) {}
