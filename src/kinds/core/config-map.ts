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
    immutable: field(4, bool, 'Immutable.', { explicit: true }),
    data: field(2, map(string), 'Data.'),
    binaryData: field(3, map(bytes), 'Binary data.'),
  },
  columns: {
    Data: { type: 'string', cell: ({ data, binaryData }) => Object.keys({ ...data, ...binaryData }).length },
    Age: age,
  },
  validate: checkConfigMap,
}) {}
