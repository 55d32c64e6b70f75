/** Discovery documents: which groups, versions and resources are served. */
import { bool, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class ServerAddressByClientCIDR extends struct({
  clientCIDR: field(1, string, 'Clients from this range …', { always: true }),
  serverAddress: field(2, string, '… should use this address.', { always: true }),
}) {}

export class GroupVersionForDiscovery extends struct({
  groupVersion: field(1, string, 'Group and version, as in apiVersion.', { always: true }),
  version: field(2, string, 'The version alone.', { always: true }),
}) {}

export class APIGroup extends struct({
  name: field(1, string, 'Name of the group.', { always: true }),
  versions: field(2, list(GroupVersionForDiscovery, { listType: 'atomic' }), 'Versions that are served.', { always: true }),
  preferredVersion: field(3, GroupVersionForDiscovery, 'The version that clients should use.', { written: true }),
  serverAddressByClientCIDRs: field(
    4,
    list(ServerAddressByClientCIDR, { listType: 'atomic' }),
    'Where clients from which networks reach the server.',
  ),
}) {}

export class APIGroupList extends struct({
  groups: field(1, list(APIGroup, { listType: 'atomic' }), 'The groups that are served.', { always: true }),
}) {}

export class APIResource extends struct({
  name: field(1, string, 'Lower-case plural; for subresources with a slash.', { always: true }),
  singularName: field(6, string, 'Lower-case singular.', { always: true }),
  namespaced: field(2, bool, 'Whether its objects live in namespaces.', { always: true }),
  group: field(8, string, 'Group of the kind, when it is not that of the list.'),
  version: field(9, string, 'Version of the kind, when it is not that of the list.'),
  kind: field(3, string, 'Kind of its objects.', { always: true }),
  verbs: field(1, list(string), 'What can be done with it.', { always: true, within: [4] }),
  shortNames: field(5, list(string, { listType: 'atomic' }), 'Short names for use at the command line.'),
  categories: field(7, list(string, { listType: 'atomic' }), 'Groupings such as `all`.'),
  storageVersionHash: field(10, string, 'Changes when the stored version does.'),
}) {}

export class APIResourceList extends struct({
  groupVersion: field(1, string, 'Group and version of the resources.', { always: true }),
  resources: field(2, list(APIResource, { listType: 'atomic' }), 'The resources.', { always: true }),
}) {}

export class APIVersions extends struct({
  versions: field(1, list(string, { listType: 'atomic' }), 'Versions that are served.', { always: true }),
  serverAddressByClientCIDRs: field(
    2,
    list(ServerAddressByClientCIDR, { listType: 'atomic' }),
    'Where clients from which networks reach the server.',
    {
      always: true,
    },
  ),
}) {}
