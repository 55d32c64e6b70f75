/** Discovery documents: which groups, versions and resources are served. */
import { bool, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class ServerAddressByClientCIDR extends struct({
  clientCIDR: field(1, string, 'Client cidr.', { always: true }),
  serverAddress: field(2, string, 'Server address.', { always: true }),
}) {}

export class GroupVersionForDiscovery extends struct({
  groupVersion: field(1, string, 'Group version.', { always: true }),
  version: field(2, string, 'Version.', { always: true }),
}) {}

export class APIGroup extends struct({
  name: field(1, string, 'Name.', { always: true }),
  versions: field(2, list(GroupVersionForDiscovery, { listType: 'atomic' }), 'Versions.', { always: true }),
  preferredVersion: field(3, GroupVersionForDiscovery, 'Preferred version.', { written: true }),
  serverAddressByClientCIDRs: field(4, list(ServerAddressByClientCIDR, { listType: 'atomic' }), 'Server address by client cid rs.'),
}) {}

export class APIGroupList extends struct({
  groups: field(1, list(APIGroup, { listType: 'atomic' }), 'Groups.', { always: true }),
}) {}

export class APIResource extends struct({
  name: field(1, string, 'Name.', { always: true }),
  singularName: field(6, string, 'Singular name.', { always: true }),
  namespaced: field(2, bool, 'Namespaced.', { always: true }),
  group: field(8, string, 'Group.'),
  version: field(9, string, 'Version.'),
  kind: field(3, string, 'Kind.', { always: true }),
  verbs: field(1, list(string), 'Verbs.', { always: true, within: [4] }),
  shortNames: field(5, list(string, { listType: 'atomic' }), 'Short names.'),
  categories: field(7, list(string, { listType: 'atomic' }), 'Categories.'),
  storageVersionHash: field(10, string, 'Storage version hash.'),
}) {}

export class APIResourceList extends struct({
  groupVersion: field(1, string, 'Group version.', { always: true }),
  resources: field(2, list(APIResource, { listType: 'atomic' }), 'Resources.', { always: true }),
}) {}

export class APIVersions extends struct({
  versions: field(1, list(string, { listType: 'atomic' }), 'Versions.', { always: true }),
  serverAddressByClientCIDRs: field(2, list(ServerAddressByClientCIDR, { listType: 'atomic' }), 'Server address by client cid rs.', {
    always: true,
  }),
}) {}
