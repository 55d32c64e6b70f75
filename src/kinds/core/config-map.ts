/** ConfigMap: configuration data for pods. */
import { age } from '#kinds/columns.ts'
import { bool, bytes, string } from '#schema/scalars.ts'
import { field, map } from '#schema/vocabulary.ts'
import { checkConfigMap } from './config-map/rules.ts'
import { kind } from './group.ts'

export class ConfigMap extends kind({
  plural: 'configmaps',
  shortNames: ['cm'],
  scope: 'Namespaced',
  fields: {
    immutable: field(4, bool, 'Whether the data can no longer be changed; this cannot be undone.', { explicit: true }),
    data: field(2, map(string), 'Texts by key.'),
    binaryData: field(3, map(bytes), 'Bytes by key, as base64.'),
  },
  columns: {
    Data: { type: 'string', cell: ({ data, binaryData }) => Object.keys({ ...data, ...binaryData }).length },
    Age: age,
  },
  validate: checkConfigMap,
}) {}
