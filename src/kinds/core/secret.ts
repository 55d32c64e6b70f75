/** Secret: small confidential data. */
import { encodeBase64 } from '#base/base64.ts'
import { age } from '#kinds/columns.ts'
import { bool, bytes, known, string } from '#schema/scalars.ts'
import { field, map } from '#schema/vocabulary.ts'
import { kind } from './group.ts'
import { checkSecret } from './secret/rules.ts'

export class Secret extends kind({
  plural: 'secrets',
  scope: 'Namespaced',
  fields: {
    immutable: field(5, bool, 'Whether the data can no longer be changed; this cannot be undone.', { explicit: true }),
    data: field(2, map(bytes), 'Values by key, as base64.'),
    stringData: field(4, map(string), 'Values by key as plain text, for writing; they become data and are never shown.'),
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
      'For what the secret is, which says what keys it must have.',
      { default: 'Opaque' },
    ),
  },
  columns: { Type: ({ type }) => type, Data: { type: 'string', cell: ({ data }) => Object.keys(data ?? {}).length }, Age: age },
  selectable: { type: ({ type }) => type },
  // Text is a convenience of writing; only bytes are stored.
  fill: secret => {
    for (const [key, text] of Object.entries(secret.stringData ?? {}))
      secret.data = { ...secret.data, [key]: encodeBase64(new TextEncoder().encode(text)) }
    delete secret.stringData
  },
  validate: checkSecret,
}) {}
