/** What is refused of metadata, with the field and the words that users see: one row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathAt } from '#schema/path.ts'
import { type ConditionView, withCondition } from './conditions.ts'
import { validateMetadata, validateMetadataUpdate } from './metadata-rules.ts'
import {
  asPrefix,
  isConfigMapKey,
  isDns1035Label,
  isDns1123Label,
  isDns1123Subdomain,
  isDns1123SubdomainWithUnderscore,
  isEnvVarName,
  isLabelValue,
  isPathSegmentName,
  isQualifiedName,
  isValidPortName,
  isWildcardDns1123Subdomain,
} from './names.ts'
import type { ObjectMeta } from './object-meta.ts'

const told = (check: (at: ReturnType<typeof pathAt>) => void) => {
  const at = pathAt('metadata')
  check(at)
  return at.problems.map(({ field, message }) => `${field}: ${message}`)
}
const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: '1' }
const valid: ObjectMeta = { name: 'a', namespace: 'default' }

const rows: readonly (readonly [rule: string, meta: ObjectMeta, refusals: readonly string[]])[] = [
  ['a name and a namespace will do', valid, []],
  ['objects have names', { namespace: 'default' }, ['metadata.name: Required value: name or generateName is required']],
  ['names are DNS subdomains', { ...valid, name: 'A_b' }, [`metadata.name: Invalid value: "A_b": ${SUBDOMAIN}`]],
  ['prefixes may end with a dash', { ...valid, generateName: 'web-' }, []],
  ['prefixes are names otherwise', { ...valid, generateName: 'We-' }, [`metadata.generateName: Invalid value: "We-": ${SUBDOMAIN}`]],
  ['namespaced objects have a namespace', { name: 'a' }, ['metadata.namespace: Required value']],
  ['annotations may have capitals', { ...valid, annotations: { 'Example.com/A': 'x' } }, []],
  [
    'annotations are small in all',
    { ...valid, annotations: { a: 'x'.repeat(256 * 1024) } },
    ['metadata.annotations: Too long: may not be more than 262144 bytes'],
  ],
  [
    'label values are short',
    { ...valid, labels: { a: 'x'.repeat(64) } },
    [`metadata.labels: Invalid value: "${'x'.repeat(64)}": must be no more than 63 bytes`],
  ],
  [
    'owners are whole',
    { ...valid, ownerReferences: [{ ...owner, uid: '' }] },
    ['metadata.ownerReferences[0].uid: Invalid value: "": must not be empty'],
  ],
  [
    'one owner manages',
    {
      ...valid,
      ownerReferences: [
        { ...owner, controller: true },
        { ...owner, name: 'q', uid: '2', controller: true },
      ],
    },
    [
      'metadata.ownerReferences: Invalid value: [{"apiVersion":"v1","kind":"Pod","name":"p","uid":"1","controller":true},{"apiVersion":"v1","kind":"Pod","name":"q","uid":"2","controller":true}]: Only one reference can have Controller set to true. Found "true" in references for p and q',
    ],
  ],
  [
    'finalizers say whose they are',
    { ...valid, finalizers: ['mine'] },
    ['metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified'],
  ],
  [
    'dependents are orphaned or waited for',
    { ...valid, finalizers: ['orphan', 'foregroundDeletion'] },
    ['metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set'],
  ],
]
for (const [rule, meta, want] of rows)
  test(rule, () =>
    assert.deepEqual(
      told(at => validateMetadata(meta, at, { namespaced: true })),
      want,
    ),
  )
test('cluster-wide objects have no namespace', () =>
  assert.deepEqual(
    told(at => validateMetadata(valid, at, { namespaced: false })),
    ['metadata.namespace: Forbidden: not allowed on this type'],
  ))
test('custom resources may have any finalizer', () =>
  assert.deepEqual(
    told(at => validateMetadata({ ...valid, finalizers: ['mine'] }, at, { namespaced: true, lenientFinalizers: true })),
    [],
  ))

const stored: ObjectMeta = { ...valid, resourceVersion: '5', uid: 'u', generation: 2 }
const updates: readonly (readonly [rule: string, meta: ObjectMeta, before: ObjectMeta, refusals: readonly string[]])[] = [
  ['nothing changes', stored, stored, []],
  ['names stay', { ...stored, name: 'b' }, stored, ['metadata.name: Invalid value: "b": field is immutable']],
  ['identities stay', { ...stored, uid: 'v' }, stored, ['metadata.uid: Invalid value: "v": field is immutable']],
  [
    'updates know what they update',
    { ...stored, resourceVersion: '' },
    stored,
    ['metadata.resourceVersion: Invalid value: "": must be specified for an update'],
  ],
  ['generations grow', { ...stored, generation: 1 }, stored, ['metadata.generation: Invalid value: 1: must not be decremented']],
  [
    'the dying take no new finalizers',
    { ...stored, deletionTimestamp: 't', finalizers: ['a.b/c'] },
    { ...stored, deletionTimestamp: 't' },
    [
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a.b/c"}',
    ],
  ],
]
for (const [rule, meta, before, want] of updates)
  test(rule, () =>
    assert.deepEqual(
      told(at => validateMetadataUpdate(meta, before, at)),
      want,
    ),
  )

const forms: readonly (readonly [
  name: string,
  check: (value: string) => string | undefined,
  good: readonly string[],
  bad: readonly string[],
])[] = [
  ['DNS label', isDns1123Label, ['a', '1-a'], ['', 'A', '-a', 'a-', 'a.b', 'x'.repeat(64)]],
  ['DNS subdomain', isDns1123Subdomain, ['a', 'a.b', '1.2'], ['', 'a..b', '.a', 'A', 'x'.repeat(254)]],
  ['search domain', isDns1123SubdomainWithUnderscore, ['a', '_sip._tcp.abc_d.example.com', 'a__b.c'], ['', '__a', 'a_', '-a', 'A']],
  ['service name', isDns1035Label, ['a', 'a1'], ['1a', 'a.b', '']],
  ['qualified name', isQualifiedName, ['a', 'A_b.c', 'a.b/C'], ['', '/a', 'a/', 'a/b/c', 'A/b', 'x'.repeat(64)]],
  ['label value', isLabelValue, ['', 'a', 'A_b.c'], ['-a', 'a b', 'x'.repeat(64)]],
  ['wildcard', isWildcardDns1123Subdomain, ['*.a.b'], ['*', 'a.b', '*.*.a']],
  ['port name', isValidPortName, ['http', 'a-1'], ['', '80', 'a--b', '-a', 'a-', 'HTTP', 'x'.repeat(16)]],
  ['variable name', isEnvVarName, ['A', '1 a-b.c', '~'], ['', 'A=B', 'ä', '\t']],
  ['key', isConfigMapKey, ['a.b', '_', '-'], ['', '.', '..', '..a', 'a/b', 'x'.repeat(254)]],
  ['path segment', isPathSegmentName, ['a:b', 'A B'], ['.', '..', 'a/b', 'a%b']],
  ['prefix', asPrefix(isDns1123Label), ['web-', 'web'], ['Web-', '-']],
]
for (const [name, check, good, bad] of forms)
  test(`form of a ${name}`, () => {
    assert.deepEqual(
      [...good, ...bad].map(value => check(value) === undefined),
      [...good.map(() => true), ...bad.map(() => false)],
    )
  })

test('the time of a condition is that of its last change', () => {
  const now = Date.parse('2030-01-01T00:00:00Z')
  const first = withCondition<ConditionView>([], { type: 'Ready', status: 'False' }, now)
  assert.deepEqual(first, [{ type: 'Ready', status: 'False', lastTransitionTime: '2030-01-01T00:00:00Z' }])
  const second = withCondition<ConditionView>(first, { type: 'Ready', status: 'False', reason: 'Why' }, now + 5_000)
  assert.deepEqual(second, [{ type: 'Ready', status: 'False', reason: 'Why', lastTransitionTime: '2030-01-01T00:00:00Z' }])
  const third = withCondition<ConditionView>(second, { type: 'Ready', status: 'True' }, now + 9_000)
  assert.deepEqual(third, [{ type: 'Ready', status: 'True', lastTransitionTime: '2030-01-01T00:00:09Z' }])
})
