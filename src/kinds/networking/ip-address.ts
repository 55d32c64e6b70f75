/** IPAddress: an address in use, and by whom. */
import { formatAddress, parseAddress } from '#base/cidr.ts'
import { isIP } from '#kinds/meta/names.ts'
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
  parentRef: field(1, ParentReference, 'The object that uses the address.', { explicit: true, required: true, immutable: true }),
}) {}

export class IPAddress extends kind({
  plural: 'ipaddresses',
  shortNames: ['ip'],
  scope: 'Cluster',
  fields: {
    spec: field(2, IPAddressSpec, 'What is wanted.', { always: true }),
  },
  nameCheck: name => {
    const address = parseAddress(name)
    if (!address) return isIP(name)
    const canonical = formatAddress(address)
    return canonical === name ? undefined : `must be in canonical form ("${canonical}")`
  },
  columns: {
    ParentRef: ({ spec: { parentRef } }) => {
      const { group, resource, namespace, name } = parentRef
      return [(group ? `${resource}.${group}` : resource).toLowerCase(), namespace, name].filter(Boolean).join('/')
    },
  },
}) {}
