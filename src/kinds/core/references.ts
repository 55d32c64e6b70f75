/** References from one object to another, or to one key or field of it. */

import { bool, int32, quantity, string } from '#schema/scalars.ts'
import { field, inline } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { isFileMode, isLocalUnreservedPath } from './volume-rules.ts'

export class LocalObjectReference extends struct(
  {
    name: field(1, string, 'Name.'),
  },
  { atomic: true },
) {}

export class ObjectReference extends struct(
  {
    kind: field(1, string, 'Kind.'),
    namespace: field(2, string, 'Namespace.'),
    name: field(3, string, 'Name.'),
    uid: field(4, string, 'Uid.'),
    apiVersion: field(5, string, 'Api version.'),
    resourceVersion: field(6, string, 'Resource version.'),
    fieldPath: field(7, string, 'Field path.'),
  },
  { atomic: true },
) {}

export class SecretReference extends struct(
  {
    name: field(1, string, 'Name.'),
    namespace: field(2, string, 'Namespace.'),
  },
  { atomic: true },
) {}

export class TypedLocalObjectReference extends struct(
  {
    apiGroup: field(1, string, 'Api group.', { explicit: true }),
    kind: field(2, string, 'Kind.', { required: true }),
    name: field(3, string, 'Name.', { required: true }),
  },
  { atomic: true },
) {}

export class TypedObjectReference extends struct({
  apiGroup: field(1, string, 'Api group.', { explicit: true }),
  kind: field(2, string, 'Kind.', { required: true }),
  name: field(3, string, 'Name.', { required: true }),
  namespace: field(4, string, 'Namespace.', { explicit: true }),
}) {}

export class ConfigMapKeySelector extends struct(
  {
    ...inline(1, LocalObjectReference),
    key: field(2, string, 'Key.', { required: true }),
    optional: field(3, bool, 'Optional.', { explicit: true }),
  },
  { atomic: true },
) {}

export class SecretKeySelector extends struct(
  {
    ...inline(1, LocalObjectReference),
    key: field(2, string, 'Key.', { required: true }),
    optional: field(3, bool, 'Optional.', { explicit: true }),
  },
  { atomic: true },
) {}

export class FileKeySelector extends struct(
  {
    volumeName: field(1, string, 'Volume name.', { required: true }),
    path: field(2, string, 'Path.', { required: true }),
    key: field(3, string, 'Key.', { required: true }),
    optional: field(4, bool, 'Optional.', { explicit: true, default: false }),
  },
  { atomic: true },
) {}

export class ObjectFieldSelector extends struct(
  {
    apiVersion: field(1, string, 'Api version.', { default: 'v1' }),
    fieldPath: field(2, string, 'Field path.', { required: true }),
  },
  { atomic: true },
) {}

export class ResourceFieldSelector extends struct(
  {
    containerName: field(1, string, 'Container name.'),
    resource: field(2, string, 'Resource.', { required: true }),
    divisor: field(3, quantity, 'Divisor.', { written: true }),
  },
  { atomic: true },
) {}

export class KeyToPath extends struct({
  key: field(1, string, 'Key.', { required: true }),
  path: field(2, string, 'Path.', { required: true, check: isLocalUnreservedPath }),
  mode: field(3, int32, 'Mode.', { explicit: true, check: isFileMode }),
}) {}
