/** APIGroupDiscovery: ?file apidiscovery/api-group-discovery. */
import { GroupVersionKind } from '#kinds/meta/group-resource.ts'
import { known, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class APISubresourceDiscovery extends struct({
  subresource: field(1, string, '?APISubresourceDiscovery.subresource', { written: true }),
  responseKind: field(2, GroupVersionKind, '?APISubresourceDiscovery.responseKind'),
  acceptedTypes: field(
    3,
    list(GroupVersionKind, { listType: 'map', keys: ['group', 'version', 'kind'] }),
    '?APISubresourceDiscovery.acceptedTypes',
  ),
  verbs: field(4, list(string, { listType: 'set' }), '?APISubresourceDiscovery.verbs', { written: true }),
}) {}

export class APIResourceDiscovery extends struct({
  resource: field(1, string, '?APIResourceDiscovery.resource', { written: true }),
  responseKind: field(2, GroupVersionKind, '?APIResourceDiscovery.responseKind'),
  scope: field(3, oneOf('Cluster', 'Namespaced'), '?APIResourceDiscovery.scope', { written: true }),
  singularResource: field(4, string, '?APIResourceDiscovery.singularResource', { written: true }),
  verbs: field(5, list(string, { listType: 'set' }), '?APIResourceDiscovery.verbs', { written: true }),
  shortNames: field(6, list(string, { listType: 'set' }), '?APIResourceDiscovery.shortNames'),
  categories: field(7, list(string, { listType: 'set' }), '?APIResourceDiscovery.categories'),
  subresources: field(8, list(APISubresourceDiscovery, { listType: 'map', keys: ['subresource'] }), '?APIResourceDiscovery.subresources'),
}) {}

export class APIVersionDiscovery extends struct({
  version: field(1, string, '?APIVersionDiscovery.version', { written: true }),
  resources: field(2, list(APIResourceDiscovery, { listType: 'map', keys: ['resource'] }), '?APIVersionDiscovery.resources'),
  freshness: field(3, known('Current', 'Stale'), '?APIVersionDiscovery.freshness'),
}) {}

export class APIGroupDiscovery extends kind({
  plural: 'apigroupdiscoveries',
  scope: 'Cluster',
  verbs: ['create'],
  fields: {
    versions: field(2, list(APIVersionDiscovery, { listType: 'map', keys: ['version'] }), '?APIGroupDiscovery.versions'),
  },
}) {}
