/** VolumeAttributesClass: ?file storage/volume-attributes-class. */
import { string } from '#schema/scalars.ts'
import { field, map } from '#schema/vocabulary.ts'
import { kind } from './group.ts'

export class VolumeAttributesClass extends kind({
  plural: 'volumeattributesclasses',
  shortNames: ['vac'],
  scope: 'Cluster',
  fields: {
    driverName: field(2, string, '?VolumeAttributesClass.driverName', { required: true }),
    parameters: field(3, map(string), '?VolumeAttributesClass.parameters'),
  },
}) {}
