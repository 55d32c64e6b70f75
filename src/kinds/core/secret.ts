/** Secret: small confidential data. */
import { bool, bytes, known, string } from '#schema/scalars.ts'
import { field, map } from '#schema/vocabulary.ts'
import { kind } from './group.ts'

export class Secret extends kind({
  plural: 'secrets',
  scope: 'Namespaced',
  fields: {
    immutable: field(5, bool, 'Immutable.', { explicit: true }),
    data: field(2, map(bytes), 'Data.'),
    stringData: field(4, map(string), 'String data.'),
    type: field(
      3,
      known(
        'Opaque',
        'kubernetes.io/service-account-token',
        'kubernetes.io/dockercfg',
        'kubernetes.io/dockerconfigjson',
        'kubernetes.io/basic-auth',
        'kubernetes.io/ssh-auth',
        'kubernetes.io/tls',
        'bootstrap.kubernetes.io/token',
      ),
      'Type.',
      { default: 'Opaque' },
    ),
  },
}) {}
