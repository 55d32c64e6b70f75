/** Environment variables of containers and where their values come from. */
import { bool, string } from '#schema/scalars.ts'
import { field, inline } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import {
  ConfigMapKeySelector,
  FileKeySelector,
  LocalObjectReference,
  ObjectFieldSelector,
  ResourceFieldSelector,
  SecretKeySelector,
} from './references.ts'

export class EnvVarSource extends struct({
  fieldRef: field(1, ObjectFieldSelector, 'Field ref.'),
  resourceFieldRef: field(2, ResourceFieldSelector, 'Resource field ref.'),
  configMapKeyRef: field(3, ConfigMapKeySelector, 'Config map key ref.'),
  secretKeyRef: field(4, SecretKeySelector, 'Secret key ref.'),
  fileKeyRef: field(5, FileKeySelector, 'File key ref.'),
}) {}

export class EnvVar extends struct({
  name: field(1, string, 'Name.', { required: true }),
  value: field(2, string, 'Value.'),
  valueFrom: field(3, EnvVarSource, 'Value from.'),
}) {}

export class ConfigMapEnvSource extends struct({
  ...inline(1, LocalObjectReference),
  optional: field(2, bool, 'Optional.', { explicit: true }),
}) {}

export class SecretEnvSource extends struct({
  ...inline(1, LocalObjectReference),
  optional: field(2, bool, 'Optional.', { explicit: true }),
}) {}

export class EnvFromSource extends struct({
  prefix: field(1, string, 'Prefix.'),
  configMapRef: field(2, ConfigMapEnvSource, 'Config map ref.'),
  secretRef: field(3, SecretEnvSource, 'Secret ref.'),
}) {}
