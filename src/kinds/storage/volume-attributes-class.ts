/** VolumeAttributesClass: properties of volumes that can be changed. */
import { age } from '#kinds/columns.ts'
import { string } from '#schema/scalars.ts'
import { field, map } from '#schema/vocabulary.ts'
import { kind } from './group.ts'
import { checkParameters } from './parameters.ts'

export class VolumeAttributesClass extends kind({
  plural: 'volumeattributesclasses',
  shortNames: ['vac'],
  scope: 'Cluster',
  fields: {
    driverName: field(2, string, 'The driver for which the class is meant.', { required: true, immutable: true }),
    parameters: field(3, map(string), 'What the driver is told.', { immutable: true }),
  },
  validate: ({ parameters }, at) => {
    if (!Object.keys(parameters ?? {}).length) at.key('parameters').required('must contain at least one key/value pair')
    checkParameters(parameters, at.key('parameters'))
  },
  columns: { DriverName: ({ driverName }) => driverName, Age: age },
}) {}
