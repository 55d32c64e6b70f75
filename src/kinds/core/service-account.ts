/** ServiceAccount: an identity for processes in pods. */
import { age } from '#kinds/columns.ts'
import { bool } from '#schema/scalars.ts'
import type { Draft } from '#schema/vocabulary.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind } from './group.ts'
import { LocalObjectReference, ObjectReference } from './references.ts'

/** An account's secrets are of its own namespace; nothing but the name counts. */
const keepNamesOnly = (next: { secrets?: Draft<ObjectReference>[] }) => {
  if (next.secrets) next.secrets = next.secrets.map(({ name }) => (name === undefined ? {} : { name }))
}

export class ServiceAccount extends kind({
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  scope: 'Namespaced',
  fields: {
    secrets: field(
      2,
      list(ObjectReference, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
      'Secrets that pods of the account may use.',
    ),
    imagePullSecrets: field(3, list(LocalObjectReference, { listType: 'atomic' }), 'Secrets with credentials for image registries.'),
    automountServiceAccountToken: field(4, bool, "Whether pods get the account's token as a volume without asking.", { explicit: true }),
  },
  columns: { Age: age },
  onCreate: keepNamesOnly,
  onUpdate: keepNamesOnly,
}) {}
