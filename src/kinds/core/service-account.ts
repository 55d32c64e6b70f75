/** ServiceAccount: an identity for processes in pods. */
import { bool } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind } from './group.ts'
import { LocalObjectReference, ObjectReference } from './references.ts'

export class ServiceAccount extends kind({
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  scope: 'Namespaced',
  fields: {
    secrets: field(2, list(ObjectReference, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }), 'Secrets.'),
    imagePullSecrets: field(3, list(LocalObjectReference, { listType: 'atomic' }), 'Image pull secrets.'),
    automountServiceAccountToken: field(4, bool, 'Automount service account token.', { explicit: true }),
  },
}) {}
