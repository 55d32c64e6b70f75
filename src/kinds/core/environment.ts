/** Environment variables of containers and where their values come from. */
import { isEnvVarName } from '#kinds/meta/names.ts'
import { bool, string } from '#schema/scalars.ts'
import { field, inline } from '#schema/vocabulary.ts'
import { checkSource } from './environment-rules.ts'
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
    fieldRef: field(1, ObjectFieldSelector, 'A field of the pod.'),
    resourceFieldRef: field(2, ResourceFieldSelector, 'A resource of a container.'),
    configMapKeyRef: field(3, ConfigMapKeySelector, 'A key of a config map.'),
    secretKeyRef: field(4, SecretKeySelector, 'A key of a secret.'),
    fileKeyRef: field(5, FileKeySelector, 'A variable of a file in a volume.'),
  },
  { validate: checkSource },
) {}

export class EnvVar extends struct(
  {
    name: field(1, string, 'Name of the variable.', { required: true, check: isEnvVarName }),
    value: field(2, string, 'Its value, in which `$(NAME)` stands for the value of another variable.'),
    valueFrom: field(3, EnvVarSource, 'Where the value comes from, instead of being given.'),
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
  optional: field(2, bool, 'Whether the thing referred to may be missing.', { explicit: true }),
}) {}

export class SecretEnvSource extends struct({
  ...inline(1, LocalObjectReference),
  optional: field(2, bool, 'Whether the thing referred to may be missing.', { explicit: true }),
}) {}

export class EnvFromSource extends struct({
  prefix: field(1, string, 'Text that is put before the name of each variable.', { check: isEnvVarName }),
  configMapRef: field(2, ConfigMapEnvSource, 'The config map whose keys become variables.'),
  secretRef: field(3, SecretEnvSource, 'The secret whose keys become variables.'),
}) {}
