/** What must hold for a CustomResourceDefinition apart from its schemas. Upstream: apiextensions-apiserver, pkg/apis/apiextensions/validation. */
import { isDns1035Label, isDns1123Subdomain } from '#kinds/meta/names.ts'
import type { Path } from '#schema/vocabulary.ts'
import type {
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
} from './custom-resource-definition-spec.ts'
import { checkSchema } from './schema-rules.ts'

const COLUMN_TYPES: readonly string[] = ['boolean', 'date', 'integer', 'number', 'string']
const COLUMN_FORMATS: readonly string[] = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']
/** So that lists can be selected without an index per field. */
const SELECTABLE_FIELDS_MAX = 8
const DEPRECATION_WARNING_MAX_BYTES = 256

export function checkSpec(spec: CustomResourceDefinitionSpec, at: Path): void {
  checkGroup(spec.group, at.key('group'))
  checkNames(spec.names, at.key('names'))
  checkVersions(spec.versions ?? [], at.key('versions'))
  if (spec.preserveUnknownFields)
    at.key('preserveUnknownFields').invalid(
      true,
      'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
    )
  checkConversion(spec.conversion, at.key('conversion'))
}
function checkGroup(group: string, at: Path): void {
  if (!group) return
  const wrong = isDns1123Subdomain(group)
  if (wrong) at.invalid(group, wrong)
  else if (!group.includes('.')) at.invalid(group, 'should be a domain with at least one dot')
}

function checkNames(names: CustomResourceDefinitionNames, at: Path): void {
  for (const name of ['plural', 'kind'] as const) if (!names[name]) at.key(name).required()
  for (const name of ['plural', 'singular'] as const) {
    const wrong = names[name] ? isDns1035Label(names[name]) : undefined
    if (wrong) at.key(name).invalid(names[name], wrong)
  }
  for (const name of ['kind', 'listKind'] as const) {
    const wrong = names[name] ? isDns1035Label(names[name].toLowerCase()) : undefined
    if (wrong) at.key(name).invalid(names[name], `may have mixed case, but should otherwise match: ${wrong}`)
  }
  if (names.kind && names.kind === names.listKind) at.key('listKind').invalid(names.listKind, 'kind and listKind may not be the same')
  for (const name of ['shortNames', 'categories'] as const)
    for (const [i, value] of (names[name] ?? []).entries()) {
      const wrong = isDns1035Label(value)
      if (wrong) at.key(name).index(i).invalid(value, wrong)
    }
}

function checkVersions(versions: readonly CustomResourceDefinitionVersion[], at: Path): void {
  const names = versions.map(({ name }) => name)
  for (const [i, version] of versions.entries()) checkVersion(version, at.index(i))
  if (names.some((name, i) => names.indexOf(name) !== i)) at.invalid(versions, 'must contain unique version names')
  if (versions.length && versions.filter(({ storage }) => storage).length !== 1)
    at.invalid(versions, 'must have exactly one version marked as storage version')
}
function checkVersion(version: CustomResourceDefinitionVersion, at: Path): void {
  const { name, deprecated, deprecationWarning, schema } = version
  const wrong = name ? isDns1035Label(name) : undefined
  if (wrong) at.key('name').invalid(name, wrong)
  if (deprecationWarning !== undefined) checkWarning(deprecationWarning, deprecated ?? false, at.key('deprecationWarning'))
  const here = at.key('schema').key('openAPIV3Schema')
  if (schema?.openAPIV3Schema) checkSchema(schema.openAPIV3Schema, here)
  else here.required('schemas are required')
  checkColumns(version, at.key('additionalPrinterColumns'))
  checkScale(version, at.key('subresources').key('scale'))
  const fields = version.selectableFields ?? []
  if (fields.length > SELECTABLE_FIELDS_MAX) at.key('selectableFields').tooMany(fields.length, SELECTABLE_FIELDS_MAX)
}
function checkWarning(text: string, isDeprecated: boolean, at: Path): void {
  if (!isDeprecated) at.invalid(text, 'can only be set for deprecated versions')
  if (text.length > DEPRECATION_WARNING_MAX_BYTES) at.tooLong(DEPRECATION_WARNING_MAX_BYTES)
  if (!text) at.invalid(text, 'must not be empty')
}
function checkColumns({ additionalPrinterColumns = [] }: CustomResourceDefinitionVersion, at: Path): void {
  for (const [i, { type, format, jsonPath }] of additionalPrinterColumns.entries()) {
    const here = at.index(i)
    if (type && !COLUMN_TYPES.includes(type)) here.key('type').invalid(type, `must be one of ${COLUMN_TYPES.join(',')}`)
    if (format && !COLUMN_FORMATS.includes(format)) here.key('format').invalid(format, `must be one of ${COLUMN_FORMATS.join(',')}`)
    if (jsonPath && !jsonPath.startsWith('.') && !jsonPath.startsWith('['))
      here.key('jsonPath').invalid(jsonPath, 'is an invalid JSON path: unexpected path string, expected a leading `.`')
  }
}
function checkScale({ subresources }: CustomResourceDefinitionVersion, at: Path): void {
  const scale = subresources?.scale
  if (!scale) return
  for (const [name, roots] of [
    ['specReplicasPath', ['.spec.']],
    ['statusReplicasPath', ['.status.']],
    ['labelSelectorPath', ['.spec.', '.status.']],
  ] as const) {
    const path = scale[name]
    if (path && !roots.some(root => path.startsWith(root)))
      at.key(name).invalid(path, `should be a json path under ${roots.map(root => root.slice(0, -1)).join(' or ')}`)
  }
}
function checkConversion(conversion: CustomResourceDefinitionSpec['conversion'], at: Path): void {
  if (!conversion) return
  const { strategy, webhook } = conversion
  if (strategy === 'None' && webhook) at.key('webhook').forbidden('should not be set when strategy is not set to Webhook')
  if (strategy !== 'Webhook') return
  if (!webhook?.clientConfig) at.key('webhook').key('clientConfig').required('required when strategy is set to Webhook')
  const versions = webhook?.conversionReviewVersions ?? []
  if (webhook && versions.length && !versions.some(version => version === 'v1' || version === 'v1beta1'))
    at.key('webhook').key('conversionReviewVersions').invalid(versions, 'must include at least one of v1, v1beta1')
}
