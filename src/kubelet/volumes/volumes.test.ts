/** Volumes made of API objects: which files, and how they change at one blow. */
import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { ClusterTrustBundle } from '#kinds/certificates/v1beta1/cluster-trust-bundle.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { writeAtomically } from './atomic-writer.ts'
import { prepareHostPath } from './host-path.ts'
import { type Payload, payloadOf, readOnlyVolumes } from './payload.ts'

const folder = mkdtempSync(join(tmpdir(), 'knarr-volumes-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const base64 = (text: string) => Buffer.from(text).toString('base64')
const certificate = (text: string) => `-----BEGIN CERTIFICATE-----\n${base64(text)}\n-----END CERTIFICATE-----\n`
const bundle = (name: string, signerName: string | undefined, texts: readonly string[]) =>
  ({
    metadata: { name, labels: { of: name } },
    spec: { ...(signerName && { signerName }), trustBundle: `# roots\n${texts.map(certificate).join('\n')}` },
  }) as unknown as ClusterTrustBundle
const bundles = [bundle('all', undefined, ['b', 'a', 'b']), bundle('x:y:1', 'x/y', ['c']), bundle('x:y:2', 'x/y', ['a', 'd'])]
const sources = {
  configMap: (name: string) => (name === 'm' ? { data: { a: '1', b: '2' }, binaryData: { c: base64('\u0001') } } : undefined),
  secret: (name: string) => (name === 's' ? { data: { k: base64('v') } } : undefined),
  trustBundles: () => bundles,
}
const pod = (security: object = {}) =>
  ({ metadata: { name: 'p', labels: { x: 'y' } }, spec: { containers: [{ name: 'c' }], securityContext: security } }) as unknown as Pod
const files = (volume: object, security: object = {}) => {
  const place = { podIPs: [], hostIPs: [], allocatable: {} }
  const payload = payloadOf(volume as never, { pod: pod(security), place, sources, token: (audience, path) => `token-${audience}-${path}` })
  return Object.fromEntries(
    [...payload].map(([path, { bytes, mode, uid }]) => [
      path,
      `${Buffer.from(bytes).toString()} ${mode.toString(8)}${uid === undefined ? '' : ` ${uid}`}`,
    ]),
  )
}
const rows: readonly [string, object, object | RegExp, object?][] = [
  ['all keys of a map', { configMap: { name: 'm', defaultMode: 0o600 } }, { a: '1 600', b: '2 600', c: '\u0001 600' }],
  ['chosen keys', { configMap: { name: 'm', items: [{ key: 'a', path: 'deep/x', mode: 0o400 }] } }, { 'deep/x': '1 400' }],
  [
    'a key that is not there',
    { configMap: { name: 'm', items: [{ key: 'z', path: 'z' }] } },
    /configmap references non-existent config key: z/,
  ],
  [
    'a key that need not be there',
    {
      configMap: {
        name: 'm',
        optional: true,
        items: [
          { key: 'z', path: 'z' },
          { key: 'a', path: 'a' },
        ],
      },
    },
    { a: '1 644' },
  ],
  ['a map that is not there', { configMap: { name: 'z' } }, /configmap "z" not found/],
  ['a map that need not be there', { configMap: { name: 'z', optional: true } }, {}],
  ['a secret', { secret: { secretName: 's' } }, { k: 'v 644' }],
  ['a secret that is not there', { secret: { secretName: 'z' } }, /secret "z" not found/],
  ['fields of the pod', { downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] } }, { l: 'x="y" 644' }],
  [
    'several sources, the last one wins',
    {
      projected: {
        defaultMode: 0o440,
        sources: [{ configMap: { name: 'm' } }, { secret: { name: 's', items: [{ key: 'k', path: 'a' }] } }],
      },
    },
    { a: 'v 440', b: '2 440', c: '\u0001 440' },
  ],
  [
    'a token',
    { projected: { defaultMode: 0o644, sources: [{ serviceAccountToken: { audience: 'x', path: 't' } }] } },
    { t: 'token-x-t 644' },
  ],
  [
    'a token for a group',
    { projected: { defaultMode: 0o644, sources: [{ serviceAccountToken: { path: 't' } }] } },
    { t: 'token--t 600' },
    { fsGroup: 5 },
  ],
  [
    'a token for a user',
    { projected: { defaultMode: 0o644, sources: [{ serviceAccountToken: { path: 't' } }] } },
    { t: 'token--t 600 7' },
    { runAsUser: 7 },
  ],
]
const trust = (clusterTrustBundle: object) => ({
  projected: { defaultMode: 0o644, sources: [{ clusterTrustBundle: { path: 'ca', ...clusterTrustBundle } }] },
})
const shown = (...texts: readonly string[]) => ({ ca: `${texts.map(certificate).join('')} 644` })
const trustRows: typeof rows = [
  ['the certificates of a bundle, each once', trust({ name: 'all' }), shown('a', 'b')],
  ['those of a signer, from all its bundles', trust({ signerName: 'x/y', labelSelector: {} }), shown('a', 'c', 'd')],
  ['those of a signer that are labelled so', trust({ signerName: 'x/y', labelSelector: { matchLabels: { of: 'x:y:1' } } }), shown('c')],
  [
    'no selector selects none',
    trust({ signerName: 'x/y' }),
    /combination of signerName and labelSelector matched zero ClusterTrustBundles/,
  ],
  ['a bundle that is not there', trust({ name: 'z' }), /clustertrustbundle.certificates.k8s.io "z" not found/],
  ['a bundle that need not be there', trust({ name: 'z', optional: true }), shown()],
]
for (const [rule, volume, expected, security] of [...rows, ...trustRows])
  test(`files: ${rule}`, () => {
    if (expected instanceof RegExp) assert.throws(() => files(volume, security), expected)
    else assert.deepEqual(files(volume, security), expected)
  })

const payload = (entries: Record<string, string>): Payload =>
  new Map(Object.entries(entries).map(([path, text]) => [path, { bytes: Buffer.from(text), mode: 0o640 }]))
test('files are written through one link, and change at one blow', async () => {
  const at = mkdtempSync(join(folder, 'atomic-'))
  assert.equal(await writeAtomically({ folder: at, payload: payload({ a: '1', 'd/b': '2' }) }), true)
  const version = readlinkSync(join(at, '..data'))
  assert.equal(readlinkSync(join(at, 'a')), '..data/a')
  assert.equal(readFileSync(join(at, 'd/b'), 'utf8'), '2')
  assert.equal(statSync(join(at, 'a')).mode & 0o777, 0o640)
  assert.equal(
    await writeAtomically({ folder: at, payload: payload({ 'd/b': '2', a: '1' }) }),
    false,
    'the same files are not written again',
  )
  assert.equal(await writeAtomically({ folder: at, payload: payload({ a: '3', c: '4' }) }), true)
  assert.deepEqual(
    readdirSync(at).filter(name => !name.startsWith('..')),
    ['a', 'c'],
  )
  assert.equal(readFileSync(join(at, 'a'), 'utf8'), '3')
  assert.equal(readdirSync(at).includes(version), false, 'the old version is gone')
})

test('paths of the node are what their type says, or are made so', async () => {
  const at = mkdtempSync(join(folder, 'host-'))
  chmodSync(at, 0o755)
  await prepareHostPath(join(at, 'made/deep'), 'DirectoryOrCreate')
  await prepareHostPath(join(at, 'file'), 'FileOrCreate')
  await prepareHostPath(join(at, 'file'), 'File')
  await prepareHostPath(join(at, 'made'), 'Directory')
  await prepareHostPath(join(at, 'absent'), '')
  await assert.rejects(prepareHostPath(join(at, 'file'), 'Directory'), /hostPath type check failed: .*\/file is not a directory/)
  await assert.rejects(prepareHostPath(join(at, 'absent'), 'File'), /is not a file/)
  await assert.rejects(prepareHostPath(join(at, 'file'), 'DirectoryOrCreate'), /is not a directory/)
  await assert.rejects(prepareHostPath(join(at, 'made'), 'FileOrCreate'), /is not a file/)
  await assert.rejects(prepareHostPath(join(at, 'file'), 'Socket'), /is not a socket file/)
})

test('no container writes to what the API tells, nor to a claim that is read-only', () => {
  const volumes = [
    { name: 'map', configMap: { name: 'm' } },
    { name: 'secret', secret: { secretName: 's' } },
    { name: 'down', downwardAPI: { items: [] } },
    { name: 'all', projected: { sources: [] } },
    { name: 'claim', persistentVolumeClaim: { claimName: 'c', readOnly: true } },
    { name: 'own', persistentVolumeClaim: { claimName: 'c' } },
    { name: 'room', emptyDir: {} },
    { name: 'host', hostPath: { path: '/' } },
  ]
  assert.deepEqual([...readOnlyVolumes({ spec: { volumes } } as unknown as Pod)], ['map', 'secret', 'down', 'all', 'claim'])
})
