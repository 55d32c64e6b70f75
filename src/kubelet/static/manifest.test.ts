/** Which manifests become static pods, with which identity, and why others are refused. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { BadManifest, isStatic, staticPod } from './manifest.ts'

const PLACE = { nodeName: 'node-1', file: 'web.yaml', now: Date.parse('2030-01-01T00:00:00Z') }
const manifest = (spec: object = {}, metadata: object = {}) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', ...metadata }, spec: { containers: [CONTAINER], ...spec } })
const CONTAINER = { name: 'c', image: 'busybox' }

test('a static pod has the identity that its node and its manifest give it', () => {
  const pod = staticPod(manifest({}, { labels: { app: 'web' }, uid: 'mine' }), PLACE)
  const { uid = '', annotations = {}, ...metadata } = pod.metadata
  assert.match(uid, /^[0-9a-f]{32}$/)
  assert.deepEqual(metadata, {
    name: 'web-node-1',
    namespace: 'default',
    labels: { app: 'web' },
    generation: 1,
    creationTimestamp: '2030-01-01T00:00:00Z',
  })
  assert.deepEqual(annotations, {
    'kubernetes.io/config.hash': uid,
    'kubernetes.io/config.seen': '2030-01-01T00:00:00Z',
    'kubernetes.io/config.source': 'file',
  })
  assert.equal(pod.spec.nodeName, 'node-1')
  assert.equal(pod.spec.restartPolicy, 'Always', 'with the defaults that the API would give')
  assert.deepEqual(pod.spec.tolerations, [{ operator: 'Exists', effect: 'NoExecute' }])
  assert.deepEqual(pod.status, { phase: 'Pending', qosClass: 'BestEffort' })
  assert.equal(isStatic(pod), true)
})

test('the UID says whether the pod is the same', () => {
  const uid = (text: string, place: object = {}) => staticPod(text, { ...PLACE, ...place }).metadata.uid
  const yaml = 'kind: Pod\napiVersion: v1\n# A word.\nmetadata: {name: web}\nspec: {containers: [{name: c, image: busybox}]}\n'
  const own = uid(manifest())
  assert.equal(uid(manifest(), { now: 0 }), own, 'read later')
  assert.equal(uid(yaml), own, 'written otherwise')
  assert.notEqual(uid(manifest({ hostNetwork: true })), own)
  assert.notEqual(uid(manifest(), { file: 'other.yaml' }), own)
  assert.notEqual(uid(manifest(), { nodeName: 'n2' }), own)
})

describe('is refused', () => {
  const secretEnvironment = [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }]
  const table: readonly (readonly [string, string, RegExp])[] = [
    ['an empty file', '# nothing\n', /the file is empty/],
    ['what is no YAML', 'a: b: c', /error converting YAML to JSON: yaml: line 1/],
    ['several documents', `${manifest()}\n---\n${manifest()}`, /holds 2 documents: each pod needs a file of its own/],
    ['text', 'hello', /only v1 Pods can be static/],
    ['another kind', '{"apiVersion":"v1","kind":"Service"}', /apiVersion "v1", kind "Service"/],
    ['a list of pods', '{"apiVersion":"v1","kind":"PodList","items":[]}', /kind "PodList"/],
    ['a pod without a name', '{"apiVersion":"v1","kind":"Pod","spec":{}}', /metadata\.name: Required value/],
    ['a field of another type', manifest({ hostNetwork: 'sometimes' }), /hostNetwork/],
    ['a pod without containers', manifest({ containers: [] }), /^spec\.containers: Required value/],
    ['a name that is none', manifest({}, { name: 'We b' }), /^metadata\.name: Invalid value/],
    ['a mirror pod', manifest({}, { annotations: { 'kubernetes.io/config.mirror': 'x' } }), /no mirror pod/],
    ['a config map', manifest({ volumes: [{ name: 'v', configMap: { name: 'c' } }] }), /names a configmap$/],
    ['a secret', manifest({ containers: [{ ...CONTAINER, env: secretEnvironment }] }), /names a secret$/],
    ['an account', manifest({ serviceAccountName: 'default' }), /names a serviceaccount$/],
    ['a claim', manifest({ volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] }), /names a persistentvolumeclaim$/],
  ]
  for (const [what, text, message] of table)
    test(what, () =>
      assert.throws(
        () => staticPod(text, PLACE),
        error => error instanceof BadManifest && message.test(error.message),
      ),
    )
})
