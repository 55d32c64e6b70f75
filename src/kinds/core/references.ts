/** References from one object to another, or to one key or field of it. */

import { isEnvVarName } from '#kinds/meta/names.ts'
import { bool, int32, quantity, string } from '#schema/scalars.ts'
import { field, inline } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { isFileMode, isLocalUnreservedPath } from './volume-rules.ts'

export class LocalObjectReference extends struct(
  {
    name: field(1, string, 'Name of an object in the same namespace.'),
  },
  { atomic: true },
) {}

export class ObjectReference extends struct(
  {
    kind: field(1, string, 'Kind of the object.'),
    namespace: field(2, string, 'Namespace of the object.'),
    name: field(3, string, 'Name of the object.'),
    uid: field(4, string, 'UID of the object.'),
    apiVersion: field(5, string, 'API version of the object.'),
    resourceVersion: field(6, string, 'The version of the object that is meant, if it matters.'),
    fieldPath: field(7, string, 'Part of the object that is meant, such as `spec.containers{web}`.'),
  },
  { atomic: true },
) {}

export class SecretReference extends struct(
  {
    name: field(1, string, 'Name of the object.'),
    namespace: field(2, string, 'Namespace of the object.'),
  },
  { atomic: true },
) {}

export class TypedLocalObjectReference extends struct(
  {
    apiGroup: field(1, string, 'API group of the kind; empty for core.', { explicit: true }),
    kind: field(2, string, 'Kind of the object.', { required: true }),
    name: field(3, string, 'Name of the object.', { required: true }),
  },
  { atomic: true },
) {}

export class TypedObjectReference extends struct({
  apiGroup: field(1, string, 'API group of the kind; empty for core.', { explicit: true }),
  kind: field(2, string, 'Kind of the object.', { required: true }),
  name: field(3, string, 'Name of the object.', { required: true }),
  namespace: field(4, string, 'Namespace of the object, where references may leave the namespace.', { explicit: true }),
}) {}

export class ConfigMapKeySelector extends struct(
  {
    ...inline(1, LocalObjectReference),
    key: field(2, string, 'The key of the config map.', { required: true }),
    optional: field(3, bool, 'Whether the thing referred to may be missing.', { explicit: true }),
  },
  { atomic: true },
) {}

export class SecretKeySelector extends struct(
  {
    ...inline(1, LocalObjectReference),
    key: field(2, string, 'The key of the secret.', { required: true }),
    optional: field(3, bool, 'Whether the thing referred to may be missing.', { explicit: true }),
  },
  { atomic: true },
) {}

export class FileKeySelector extends struct(
  {
    volumeName: field(1, string, 'The emptyDir volume in which the file is.', { required: true }),
    path: field(2, string, 'Path of the file within the volume.', { required: true, check: isLocalUnreservedPath }),
    key: field(3, string, 'The variable within the file.', { required: true, check: isEnvVarName }),
    optional: field(4, bool, 'Whether the file or the variable may be missing.', { explicit: true, default: false }),
  },
  { atomic: true },
) {}

export class ObjectFieldSelector extends struct(
  {
    apiVersion: field(1, string, 'API version in which the path is written; v1 unless given.', { default: 'v1' }),
    fieldPath: field(2, string, 'The field of the pod, such as `metadata.name`.', { required: true }),
  },
  { atomic: true },
) {}

export class ResourceFieldSelector extends struct(
  {
    containerName: field(1, string, 'The container whose resources are meant; the own one in variables.'),
    resource: field(2, string, 'The resource, such as `limits.cpu`.', { required: true }),
    divisor: field(3, quantity, 'The unit in which the amount is told; 1 unless given.', { written: true }),
  },
  { atomic: true },
) {}

export class KeyToPath extends struct({
  key: field(1, string, 'The key that becomes a file.', { required: true }),
  path: field(2, string, 'Path of the file within the volume.', { required: true, check: isLocalUnreservedPath }),
  mode: field(3, int32, "Permission bits of this file; the volume's default mode when absent.", { explicit: true, check: isFileMode }),
}) {}
