/** IPAddress: an address in use, and by whom. */
import { string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class ParentReference extends struct({
  group: field(1, string, 'API group of the object.'),
  resource: field(2, string, 'Resource of the object, in plural.', { required: true }),
  namespace: field(3, string, 'Namespace of the object.'),
  name: field(4, string, 'Name of the object.', { required: true }),
}) {}

export class IPAddressSpec extends struct({
  parentRef: field(1, ParentReference, 'The object that uses the address.', { explicit: true, required: true }),
}) {}

export class IPAddress extends kind({
  plural: 'ipaddresses',
  shortNames: ['ip'],
  scope: 'Cluster',
  fields: {
    spec: field(2, IPAddressSpec, 'What is wanted.', { always: true }),
  },
}) {}
