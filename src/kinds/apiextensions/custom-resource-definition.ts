/** CustomResourceDefinition: ?file apiextensions/custom-resource-definition. */
import { bool, int32, int64, known, oneOf, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { CustomResourceConversion } from './conversion.ts'
import { kind, struct } from './group.ts'
import { JSONSchemaProps } from './json-schema-props.ts'

export class CustomResourceDefinitionNames extends struct({
  plural: field(1, string, '?CustomResourceDefinitionNames.plural', { required: true }),
  singular: field(2, string, '?CustomResourceDefinitionNames.singular'),
  shortNames: field(3, list(string, { listType: 'atomic' }), '?CustomResourceDefinitionNames.shortNames'),
  kind: field(4, string, '?CustomResourceDefinitionNames.kind', { required: true }),
  listKind: field(5, string, '?CustomResourceDefinitionNames.listKind'),
  categories: field(6, list(string, { listType: 'atomic' }), '?CustomResourceDefinitionNames.categories'),
}) {}

export class CustomResourceValidation extends struct({
  openAPIV3Schema: field(1, JSONSchemaProps, '?CustomResourceValidation.openAPIV3Schema'),
}) {}

export class CustomResourceSubresourceStatus extends struct({}) {}

export class CustomResourceSubresourceScale extends struct({
  specReplicasPath: field(1, string, '?CustomResourceSubresourceScale.specReplicasPath', { required: true }),
  statusReplicasPath: field(2, string, '?CustomResourceSubresourceScale.statusReplicasPath', { required: true }),
  labelSelectorPath: field(3, string, '?CustomResourceSubresourceScale.labelSelectorPath', { explicit: true }),
}) {}

export class CustomResourceSubresources extends struct({
  status: field(1, CustomResourceSubresourceStatus, '?CustomResourceSubresources.status'),
  scale: field(2, CustomResourceSubresourceScale, '?CustomResourceSubresources.scale'),
}) {}

export class CustomResourceColumnDefinition extends struct({
  name: field(1, string, '?CustomResourceColumnDefinition.name', { required: true }),
  type: field(2, string, '?CustomResourceColumnDefinition.type', { required: true }),
  format: field(3, string, '?CustomResourceColumnDefinition.format'),
  description: field(4, string, '?CustomResourceColumnDefinition.description'),
  priority: field(5, int32, '?CustomResourceColumnDefinition.priority'),
  jsonPath: field(6, string, '?CustomResourceColumnDefinition.jsonPath', { required: true }),
}) {}

export class SelectableField extends struct({
  jsonPath: field(1, string, '?SelectableField.jsonPath', { required: true }),
}) {}

export class CustomResourceDefinitionVersion extends struct({
  name: field(1, string, '?CustomResourceDefinitionVersion.name', { required: true }),
  served: field(2, bool, '?CustomResourceDefinitionVersion.served', { always: true }),
  storage: field(3, bool, '?CustomResourceDefinitionVersion.storage', { always: true }),
  deprecated: field(7, bool, '?CustomResourceDefinitionVersion.deprecated'),
  deprecationWarning: field(8, string, '?CustomResourceDefinitionVersion.deprecationWarning', { explicit: true }),
  schema: field(4, CustomResourceValidation, '?CustomResourceDefinitionVersion.schema'),
  subresources: field(5, CustomResourceSubresources, '?CustomResourceDefinitionVersion.subresources'),
  additionalPrinterColumns: field(
    6,
    list(CustomResourceColumnDefinition, { listType: 'atomic' }),
    '?CustomResourceDefinitionVersion.additionalPrinterColumns',
  ),
  selectableFields: field(9, list(SelectableField, { listType: 'atomic' }), '?CustomResourceDefinitionVersion.selectableFields'),
}) {}

export class CustomResourceDefinitionSpec extends struct({
  group: field(1, string, '?CustomResourceDefinitionSpec.group', { required: true }),
  names: field(3, CustomResourceDefinitionNames, '?CustomResourceDefinitionSpec.names', { always: true }),
  scope: field(4, oneOf('Cluster', 'Namespaced'), '?CustomResourceDefinitionSpec.scope', { required: true }),
  versions: field(7, list(CustomResourceDefinitionVersion, { listType: 'atomic' }), '?CustomResourceDefinitionSpec.versions', {
    required: true,
  }),
  conversion: field(9, CustomResourceConversion, '?CustomResourceDefinitionSpec.conversion'),
  preserveUnknownFields: field(10, bool, '?CustomResourceDefinitionSpec.preserveUnknownFields'),
}) {}

export class CustomResourceDefinitionCondition extends struct({
  type: field(
    1,
    known(
      'Established',
      'NamesAccepted',
      'NonStructuralSchema',
      'Terminating',
      'KubernetesAPIApprovalPolicyConformant',
      'StorageMigrating',
    ),
    '?CustomResourceDefinitionCondition.type',
    { always: true },
  ),
  status: field(2, known('True', 'False', 'Unknown'), '?CustomResourceDefinitionCondition.status', { always: true }),
  lastTransitionTime: field(3, time, '?CustomResourceDefinitionCondition.lastTransitionTime'),
  reason: field(4, string, '?CustomResourceDefinitionCondition.reason'),
  message: field(5, string, '?CustomResourceDefinitionCondition.message'),
  observedGeneration: field(6, int64, '?CustomResourceDefinitionCondition.observedGeneration'),
}) {}

export class CustomResourceDefinitionStatus extends struct({
  conditions: field(
    1,
    list(CustomResourceDefinitionCondition, { listType: 'map', keys: ['type'] }),
    '?CustomResourceDefinitionStatus.conditions',
    { written: true },
  ),
  acceptedNames: field(2, CustomResourceDefinitionNames, '?CustomResourceDefinitionStatus.acceptedNames', { written: true }),
  storedVersions: field(3, list(string, { listType: 'atomic' }), '?CustomResourceDefinitionStatus.storedVersions', { written: true }),
  observedGeneration: field(4, int64, '?CustomResourceDefinitionStatus.observedGeneration'),
}) {}

export class CustomResourceDefinition extends kind({
  plural: 'customresourcedefinitions',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  scope: 'Cluster',
  fields: {
    spec: field(2, CustomResourceDefinitionSpec, '?CustomResourceDefinition.spec', { always: true }),
    status: field(3, CustomResourceDefinitionStatus, '?CustomResourceDefinition.status', { written: true }),
  },
  subresources: { status: true },
  bumpsGeneration: ['spec'],
}) {}
