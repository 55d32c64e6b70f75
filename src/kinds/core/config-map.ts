/** ConfigMap: configuration data for pods. */
import { bool, bytes, string } from '#schema/scalars.ts'
import { field, map } from '#schema/vocabulary.ts'
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
}) {}
