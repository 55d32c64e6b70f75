/** VolumeAttributesClass: properties of volumes that can be changed. */
import { string } from '#schema/scalars.ts'
import { field, map } from '#schema/vocabulary.ts'
import { kind } from './group.ts'

export class VolumeAttributesClass extends kind({
  plural: 'volumeattributesclasses',
  shortNames: ['vac'],
  scope: 'Cluster',
  fields: {
    driverName: field(2, string, 'The driver for which the class is meant.', { required: true }),
    parameters: field(3, map(string), 'What the driver is told.'),
  },
}) {}
