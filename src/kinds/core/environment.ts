/** Environment variables of containers and where their values come from. */
import { isEnvVarName } from '#kinds/meta/names.ts'
import { bool, string } from '#schema/scalars.ts'
import { field, inline } from '#schema/vocabulary.ts'
import { checkReference, checkSource } from './environment-rules.ts'
import { struct } from './group.ts'
import {
  ConfigMapKeySelector,
  FileKeySelector,
  LocalObjectReference,
  ObjectFieldSelector,
  ResourceFieldSelector,
  SecretKeySelector,
} from './references.ts'

export class EnvVarSource extends struct(
  {
    fieldRef: field(1, ObjectFieldSelector, 'Field ref.'),
    resourceFieldRef: field(2, ResourceFieldSelector, 'Resource field ref.'),
    configMapKeyRef: field(3, ConfigMapKeySelector, 'Config map key ref.'),
    secretKeyRef: field(4, SecretKeySelector, 'Secret key ref.'),
    fileKeyRef: field(5, FileKeySelector, 'File key ref.'),
  },
  { validate: checkSource },
) {}

export class EnvVar extends struct(
  {
    name: field(1, string, 'Name.', { required: true, check: isEnvVarName }),
    value: field(2, string, 'Value.'),
    valueFrom: field(3, EnvVarSource, 'Value from.'),
  },
  {
    validate: ({ value, valueFrom }, at) => {
      if (value && valueFrom && Object.keys(valueFrom).length > 0)
        at.key('valueFrom').invalid('', 'may not be specified when `value` is not empty')
    },
  },
) {}

export class ConfigMapEnvSource extends struct({
  ...inline(1, LocalObjectReference),
  optional: field(2, bool, 'Optional.', { explicit: true }),
}) {}

export class SecretEnvSource extends struct({
  ...inline(1, LocalObjectReference),
  optional: field(2, bool, 'Optional.', { explicit: true }),
}) {}

export class EnvFromSource extends struct(
  {
    prefix: field(1, string, 'Prefix.', { check: isEnvVarName }),
    configMapRef: field(2, ConfigMapEnvSource, 'Config map ref.'),
    secretRef: field(3, SecretEnvSource, 'Secret ref.'),
  },
  {
    validate: ({ configMapRef, secretRef }, at) => {
      if (!configMapRef && !secretRef) at.invalid('', 'must specify one of: `configMapRef` or `secretRef`')
      if (configMapRef && secretRef) at.invalid('', 'may not have more than one field specified at a time')
      for (const [name, reference] of [
        ['configMapRef', configMapRef],
        ['secretRef', secretRef],
      ] as const)
        if (reference) checkReference(reference.name, at.key(name).key('name'))
    },
  },
) {}
