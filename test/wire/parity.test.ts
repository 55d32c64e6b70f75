/** Every declared kind against the facts of the Kubernetes 1.36 API: names, tags, types, presence, merge keys, defaults, resources. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type AnyKind, catalogue } from '#kinds/catalogue.ts'
import { type Field, type Shape, type StructShape, shapeOf, type Type } from '#schema/vocabulary.ts'

interface FieldFact {
  readonly type: string
  readonly tag?: number
  readonly omitempty?: boolean
  readonly patchStrategy?: string
  readonly patchMergeKey?: string
  readonly markers?: readonly string[]
}
interface StructFact {
  readonly fields: Readonly<Record<string, FieldFact>>
}
interface ResourceFact {
  readonly namespaced: boolean
  readonly kind: string
  readonly verbs: readonly string[]
  readonly subresources: Readonly<Record<string, unknown>>
}
interface Definition {
  readonly required?: readonly string[]
  readonly 'x-kubernetes-map-type'?: string
}

const SPEC = new URL('../../../shared/spec/', import.meta.url)
const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(name, SPEC), 'utf8')) as T
const hasFacts = existsSync(new URL('kubernetes-1.36-api-facts.json', SPEC))

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1'
/** Go's names of imported packages, where they are not found by the group's own package. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  metav1: [META],
  v1: ['io.k8s.api.core.v1', META],
  corev1: ['io.k8s.api.core.v1'],
  authenticationv1: ['io.k8s.api.authentication.v1'],
}
const SCALARS: Readonly<Record<string, string>> = {
  string: 'string',
  bool: 'bool',
  int: 'int32',
  int32: 'int32',
  int64: 'int64',
  uint8: 'int32',
  float64: 'double',
  '[]byte': 'bytes',
  'metav1.Time': 'Time',
  Time: 'Time',
  'metav1.MicroTime': 'MicroTime',
  MicroTime: 'MicroTime',
  'metav1.Duration': 'Duration',
  'resource.Quantity': 'Quantity',
  'intstr.IntOrString': 'IntOrString',
  'runtime.RawExtension': 'RawExtension',
  'metav1.FieldsV1': 'FieldsV1',
  FieldsV1: 'FieldsV1',
  'interface{}': 'JSON',
}
/** Go structs that are one JSON value on the wire, so that we declare them as scalars. */
const VALUES: ReadonlySet<string> = new Set(['JSON', 'JSONSchemaPropsOrArray', 'JSONSchemaPropsOrBool', 'JSONSchemaPropsOrStringArray'])
/** Go types that are lists or maps under a name of their own. */
const NAMED: Readonly<Record<string, string>> = {
  ResourceList: 'map[string]resource.Quantity',
  'v1.ResourceList': 'map[string]resource.Quantity',
  'corev1.ResourceList': 'map[string]resource.Quantity',
  ValidationRules: '[]ValidationRule',
  JSONSchemaDefinitions: 'map[string]JSONSchemaProps',
  JSONSchemaDependencies: 'map[string]JSONSchemaPropsOrStringArray',
}
/** Go types that are lists under a name of their own, for which protobuf has a message with the items as its field 1. */
const WRAPPED = new Set(['Verbs', 'ExtraValue'])

const ADDED = "metrics-server serves this beside upstream's own API; here it is part of the server"
const GONE = 'upstream had it until 1.20; here it stays for the manifests that use it'
const ELSEWHERE = 'the facts do not have this struct, but the published description has it under this name'
/** Where our declaration differs on purpose. The key is the beginning of the difference. */
const HEEDED = 'an empty list differs from none: it is refused, and not filled'
const REASONS: Readonly<Record<string, string>> = {
  'io.k8s.api.autoscaling.v2.HPAScalingRules.policies: presence': HEEDED,
  'metrics.k8s.io/v1beta1/': ADDED,
  'settings.k8s.io/v1alpha1/': GONE,
  'io.k8s.api.settings.v1alpha1.': GONE,
  'io.k8s.api.storagemigration.v1beta1.StorageVersionMigrationSpec.resource: type': ELSEWHERE,
  'io.k8s.apimachinery.pkg.apis.meta.v1.GroupResource: is not in the facts': ELSEWHERE,
  'io.k8s.api.admissionregistration.v1alpha1.MutatingAdmissionPolicySpec.matchConditions: type': ELSEWHERE,
  'io.k8s.api.admissionregistration.v1alpha1.MatchCondition: is not in the facts': ELSEWHERE,
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresources.status: type': ELSEWHERE,
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus: is not in the facts': ELSEWHERE,
  'io.k8s.api.apiserverinternal.v1alpha1.StorageVersion.spec: type': ELSEWHERE,
  'io.k8s.api.apiserverinternal.v1alpha1.StorageVersionSpec: is not in the facts': ELSEWHERE,
}

if (!hasFacts)
  test('parity with the Kubernetes API', t => {
    t.diagnostic('left out: ../shared/spec is not here')
  })
else {
  const { structs, enums } = read<{ structs: Record<string, StructFact>; enums: Record<string, readonly string[]> }>(
    'kubernetes-1.36-api-facts.json',
  )
  const resources = read<Record<string, ResourceFact>>('kubernetes-1.36-resources.json')
  const { definitions } = read<{ definitions: Record<string, Definition> }>('openapi-v2-1.36.json')

  const struct = (name: string): StructFact | undefined => structs[name]
  /** The full name of the struct that a Go type names within a package; beta versions have some types of v1 under an alias. */
  function structName(go: string, inPackage: string): string | undefined {
    const [alias, name] = go.includes('.') ? (go.split('.') as [string, string]) : [undefined, go]
    const homes = alias === undefined ? [inPackage, inPackage.replace(/[^.]+$/, 'v1')] : (PACKAGES[alias] ?? [])
    return homes.map(home => `${home}.${name}`).find(struct)
  }
  /** A Go type in the words that `typeText` has for ours. */
  function goText(type: string, inPackage: string): string {
    const go = NAMED[type.replace(/^\*/, '')] ?? type.replace(/^\*/, '')
    const scalar = SCALARS[go]
    const map = /^map\[[^\]]+\](.+)$/.exec(go)
    const named = structName(go, inPackage)
    if (VALUES.has(go)) return go
    if (scalar && !named) return scalar
    if (WRAPPED.has(go)) return 'list of string'
    if (go.startsWith('[]')) return `list of ${goText(go.slice(2), inPackage)}`
    if (map) return `map of ${goText(map[1] as string, inPackage)}`
    return named ?? 'string'
  }
  function typeText(type: Type<unknown>): string {
    const shape = shapeOf(type)
    switch (shape.form) {
      case 'scalar':
        return shape.name
      case 'list':
        return `list of ${typeText(shape.of)}`
      case 'map':
        return `map of ${typeText(shape.of)}`
      case 'struct':
        return nameOf(shape)
    }
  }
  const nameOf = (shape: StructShape) => `${shape.package}.${shape.name}`

  interface Expected {
    readonly fact: FieldFact
    readonly within: readonly number[]
  }
  /** The fields of a struct, with those that Go embeds in their place. */
  function expectedFields(name: string, within: readonly number[] = []): Map<string, Expected> {
    const inPackage = name.slice(0, name.lastIndexOf('.'))
    const found = new Map<string, Expected>()
    for (const [key, fact] of Object.entries(struct(name)?.fields ?? {})) {
      if (key === '-' || /^inline:.*TypeMeta$/.test(key)) continue
      if (!key.startsWith('inline:')) {
        found.set(key, { fact, within })
        continue
      }
      const inner = structName(fact.type.replace(/^\*/, ''), inPackage)
      assert(inner, `${name} embeds ${fact.type}, which the facts do not have`)
      for (const [k, expected] of expectedFields(inner, fact.tag === undefined ? within : [...within, fact.tag])) found.set(k, expected)
    }
    return found
  }

  const differences: string[] = []
  const seen = new Set<string>()
  function visit(type: Type<unknown>): void {
    const shape = shapeOf(type)
    if (shape.form === 'list' || shape.form === 'map') return visit(shape.of)
    if (shape.form !== 'struct' || seen.has(nameOf(shape))) return
    seen.add(nameOf(shape))
    compareStruct(shape)
    for (const field of Object.values<Field<unknown, boolean>>(shape.fields)) visit(field.type)
  }
  function compareStruct(shape: StructShape): void {
    const name = nameOf(shape)
    if (!struct(name)) {
      differences.push(`${name}: is not in the facts`)
      return
    }
    const expected = expectedFields(name)
    const definition = definitions[name]
    for (const key of expected.keys()) if (!(key in shape.fields)) differences.push(`${name}.${key}: missing`)
    if (definition && (definition['x-kubernetes-map-type'] === 'atomic') !== (shape.more.atomic === true))
      differences.push(`${name}: is ${shape.more.atomic ? '' : 'not '}atomic`)
    for (const [key, field] of Object.entries<Field<unknown, boolean>>(shape.fields)) {
      const wanted = expected.get(key)
      if (!wanted) differences.push(`${name}.${key}: is not in the facts`)
      else {
        const said = fieldDifferences(field, wanted, shape.package)
        const isRequired = Boolean(field.rules.always || field.rules.required)
        const isPublished = definition?.required?.includes(key) ?? false
        if (definition && isRequired !== isPublished) said.push(`is ${isPublished ? '' : 'not '}in OpenAPI's required`)
        differences.push(...said.map(text => `${name}.${key}: ${text}`))
      }
    }
  }
  function fieldDifferences(field: Field<unknown, boolean>, { fact, within }: Expected, inPackage: string): string[] {
    const said: string[] = []
    const differ = (what: string, ours: unknown, theirs: unknown) => {
      if (JSON.stringify(ours) !== JSON.stringify(theirs)) said.push(`${what} is ${JSON.stringify(ours)}, not ${JSON.stringify(theirs)}`)
    }
    const isWrapped = WRAPPED.has(fact.type)
    differ('tag', field.tag, isWrapped ? 1 : (fact.tag ?? 0))
    differ('message path', field.rules.within ?? [], isWrapped ? [...within, fact.tag] : within)
    differ('type', typeText(field.type), goText(fact.type, inPackage))
    const shape = shapeOf(field.type)
    differ('presence', presence(field, shape), expectedPresence(field, shape, fact))
    const marks = (name: string) => (fact.markers ?? []).filter(m => m.startsWith(`${name}=`)).map(m => m.slice(name.length + 1))
    if (shape.form === 'list') {
      differ('list type', shape.merge.listType, marks('listType')[0])
      differ('list keys', shape.merge.keys ?? [], marks('listMapKey'))
      differ('patch key', shape.merge.patchKey, fact.patchMergeKey)
      differ('patch strategy', shape.merge.patchStrategy, fact.patchStrategy)
    } else if (shape.form === 'struct') differ('patch strategy', field.rules.patchStrategy, fact.patchStrategy)
    if (shape.form === 'map') differ('atomic', shape.atomic, marks('mapType')[0] === 'atomic')
    const isGranular = marks('structType')[0] === 'granular' || marks('mapType')[0] === 'granular'
    if (shape.form === 'struct' && isGranular) differ('atomic', field.rules.atomic, false)
    const literal = marks('default')[0]
    if (literal !== undefined && !literal.startsWith('ref(') && !isZeroText(literal))
      differ('default', field.rules.default, JSON.parse(literal))
    return said
  }
  const isZeroText = (literal: string) => ['""', '0', 'false', '{}', '[]'].includes(literal)

  type Presence = 'explicit' | 'written' | 'as given'
  const presence = ({ rules }: Field<unknown, boolean>, shape: Shape): Presence => {
    // A pointer to a struct, a time or the like is absent or there; nothing else need be said of it.
    const isZeroKept = shape.form === 'struct' || (shape.form === 'scalar' && shape.keepsZero === true)
    if (rules.explicit) return isZeroKept ? 'as given' : 'explicit'
    return rules.required || rules.always || rules.written ? 'written' : 'as given'
  }
  function expectedPresence(field: Field<unknown, boolean>, shape: Shape, fact: FieldFact): Presence {
    const isTime = shape.form === 'scalar' && shape.name.endsWith('Time')
    const isZeroKept = shape.form === 'struct' || (shape.form === 'scalar' && shape.keepsZero === true)
    const ours = presence(field, shape)
    // Required values are never empty in a stored object, so nothing hangs on how they would be written.
    if (field.rules.required) return ours
    if (VALUES.has(fact.type.replace('*', ''))) return ours
    if (fact.type.startsWith('*')) return isZeroKept || shape.form !== 'scalar' ? 'as given' : 'explicit'
    // Times that are no pointers are null in Go's JSON when they are not set; we leave out those that in fact are always set.
    if (isTime) return fact.omitempty && shape.form === 'scalar' && shape.zero === undefined ? 'as given' : ours
    if (isZeroKept && !(shape.form === 'scalar' && zeroIsAbsence(shape.name))) return 'written'
    return fact.omitempty ? 'as given' : isZeroKept ? ours : 'written'
  }
  const zeroIsAbsence = (name: string) => ['RawExtension', 'FieldsV1', 'JSON'].includes(name)

  const kinds: AnyKind[] = []
  for (const { versions } of catalogue) for (const { kinds: load } of versions) kinds.push(...(await load()))

  const VERBS: Readonly<Record<string, string>> = { create: 'post', update: 'put' }
  const ALL = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'] as const
  function compareResource(kind: AnyKind): void {
    const key = `${kind.apiVersion}/${kind.options.plural}`
    const fact = resources[key]
    if (!fact) {
      differences.push(`${key}: is not served by Kubernetes`)
      return
    }
    const verbs = (kind.options.verbs ?? ALL).filter(verb => verb !== 'watch').map(verb => VERBS[verb] ?? verb)
    const differ = (what: string, ours: unknown, theirs: unknown) => {
      if (JSON.stringify(ours) !== JSON.stringify(theirs))
        differences.push(`${key}: ${what} is ${JSON.stringify(ours)}, not ${JSON.stringify(theirs)}`)
    }
    differ('kind', kind.name, fact.kind)
    differ('scope', kind.options.scope, fact.namespaced ? 'Namespaced' : 'Cluster')
    differ('verbs', verbs.toSorted(), [...fact.verbs].sort())
    for (const name of ['status', 'scale'] as const)
      differ(`subresource ${name}`, kind.options.subresources?.[name] !== undefined, name in fact.subresources)
  }

  for (const kind of kinds) {
    compareResource(kind)
    visit(kind)
  }
  const served = new Set(kinds.map(kind => `${kind.apiVersion}/${kind.options.plural}`))
  for (const key of Object.keys(resources)) if (!served.has(key)) differences.push(`${key}: missing`)

  const reasons = Object.keys(REASONS)
  test('declared kinds equal the facts of Kubernetes 1.36', t => {
    t.diagnostic(`${kinds.length} kinds, ${seen.size} structs, ${Object.keys(enums).length} enumerations known`)
    assert.deepEqual(
      differences.filter(difference => !reasons.some(reason => difference.startsWith(reason))),
      [],
    )
  })
  test('every reason to differ is still needed', () => {
    assert.deepEqual(
      reasons.filter(reason => !differences.some(difference => difference.startsWith(reason))),
      [],
    )
  })
}
