/** CustomResourceDefinitionSpec: how a resource is called, which versions it has and what they hold. */
import { bool, int32, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { CustomResourceConversion } from './conversion.ts'
import { struct } from './group.ts'
import { JSONSchemaProps } from './json-schema-props.ts'

export class CustomResourceDefinitionNames extends struct({
  plural: field(1, string, 'The name in paths.', { always: true }),
  singular: field(2, string, 'The name for one, in lower case.'),
  shortNames: field(3, list(string, { listType: 'atomic' }), 'Abbreviations for the command line.'),
  kind: field(4, string, 'The kind, in singular and camel case.', { always: true }),
  listKind: field(5, string, 'The kind of lists; the kind with List behind when absent.'),
  categories: field(6, list(string, { listType: 'atomic' }), 'Groups of resources to which it belongs, such as `all`.'),
}) {}

export class CustomResourceValidation extends struct({
  openAPIV3Schema: field(1, JSONSchemaProps, 'The schema of the objects.'),
}) {}

export class CustomResourceSubresourceStatus extends struct({}) {}

export class CustomResourceSubresourceScale extends struct({
  specReplicasPath: field(1, string, 'Where the wanted number stands, as a JSON path.', { required: true }),
  statusReplicasPath: field(2, string, 'Where the observed number stands, as a JSON path.', { required: true }),
  labelSelectorPath: field(3, string, 'Where the selector of the pods stands, as a JSON path to a string.', { explicit: true }),
}) {}

export class CustomResourceSubresources extends struct({
  status: field(1, CustomResourceSubresourceStatus, 'Serves `/status`, which alone may change the status.'),
  scale: field(2, CustomResourceSubresourceScale, 'Serves `/scale`.'),
}) {}

export class CustomResourceColumnDefinition extends struct({
  name: field(1, string, 'Head of the column.', { required: true }),
  type: field(2, string, 'Type of the cells: integer, number, string, boolean or date.', { required: true }),
  format: field(3, string, 'How the cells are to be shown.'),
  description: field(4, string, 'What the column is about.'),
  priority: field(5, int32, '0 is always shown, more only in wide output.'),
  jsonPath: field(6, string, 'Where the value stands, as a JSON path.', { required: true }),
}) {}

export class SelectableField extends struct({
  jsonPath: field(1, string, 'A field by which lists can be selected, as a simple JSON path.', { required: true }),
}) {}

export class CustomResourceDefinitionVersion extends struct({
  name: field(1, string, 'The version, such as v1beta1.', { required: true }),
  served: field(2, bool, 'Whether the version is served.', { always: true }),
  storage: field(3, bool, 'Whether objects are stored in this version; exactly one is.', { always: true }),
  deprecated: field(7, bool, 'Whether requests are answered with a warning.'),
  deprecationWarning: field(8, string, 'The text of that warning.', { explicit: true }),
  schema: field(4, CustomResourceValidation, 'The schema of this version.'),
  subresources: field(5, CustomResourceSubresources, 'Which subresources are served.'),
  additionalPrinterColumns: field(6, list(CustomResourceColumnDefinition, { listType: 'atomic' }), 'Columns that `kubectl get` shows.'),
  selectableFields: field(9, list(SelectableField, { listType: 'atomic' }), 'Fields by which lists can be selected.'),
}) {}

export class CustomResourceDefinitionSpec extends struct(
  {
    group: field(1, string, 'The API group under which the resource is served.', { required: true }),
    names: field(3, CustomResourceDefinitionNames, 'How the resource is called.', { always: true }),
    scope: field(4, oneOf('Cluster', 'Namespaced'), 'Cluster or Namespaced.', { required: true }),
    versions: field(7, list(CustomResourceDefinitionVersion, { listType: 'atomic' }), 'The versions of the resource.', {
      required: true,
    }),
    conversion: field(9, CustomResourceConversion, 'How objects get from one version to another.'),
    preserveUnknownFields: field(10, bool, 'Keeps all fields; only false is accepted.'),
  },
  {
    fill: draft => {
      const { names } = draft
      if (names.kind) {
        names.singular ||= names.kind.toLowerCase()
        names.listKind ||= `${names.kind}List`
      }
      draft.conversion ??= { strategy: 'None' }
    },
  },
) {}
