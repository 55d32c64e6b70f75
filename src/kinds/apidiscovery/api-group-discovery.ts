/** APIGroupDiscovery: a group with all its versions and resources, for clients. */
import { GroupVersionKind } from '#kinds/meta/group-resource.ts'
import { known, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class APISubresourceDiscovery extends struct({
  subresource: field(1, string, 'Name of the subresource.', { written: true }),
  responseKind: field(2, GroupVersionKind, 'The kind of what is answered.'),
  acceptedTypes: field(3, list(GroupVersionKind, { listType: 'map', keys: ['group', 'version', 'kind'] }), 'Kinds that can be sent.'),
  verbs: field(4, list(string, { listType: 'set' }), 'What can be done.', { written: true }),
}) {}

export class APIResourceDiscovery extends struct({
  resource: field(1, string, 'Name in paths, in plural.', { written: true }),
  responseKind: field(2, GroupVersionKind, 'The kind of what is answered.'),
  scope: field(3, oneOf('Cluster', 'Namespaced'), 'Whether objects live in namespaces.', { written: true }),
  singularResource: field(4, string, 'Name for one.', { written: true }),
  verbs: field(5, list(string, { listType: 'set' }), 'What can be done.', { written: true }),
  shortNames: field(6, list(string, { listType: 'set' }), 'Abbreviations.'),
  categories: field(7, list(string, { listType: 'set' }), 'Groups of resources to which it belongs.'),
  subresources: field(8, list(APISubresourceDiscovery, { listType: 'map', keys: ['subresource'] }), 'What is served below each object.'),
}) {}

export class APIVersionDiscovery extends struct({
  version: field(1, string, 'The version.', { written: true }),
  resources: field(2, list(APIResourceDiscovery, { listType: 'map', keys: ['resource'] }), 'The resources of the version.'),
  freshness: field(3, known('Current', 'Stale'), 'Whether the list was read just now.'),
}) {}

export class APIGroupDiscovery extends kind({
  plural: 'apigroupdiscoveries',
  scope: 'Cluster',
  verbs: ['create'],
  fields: {
    versions: field(2, list(APIVersionDiscovery, { listType: 'map', keys: ['version'] }), 'The versions, the preferred one first.'),
  },
}) {}
