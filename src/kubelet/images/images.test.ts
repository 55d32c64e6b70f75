/** Which credentials are offered for an image, and what an archive is made of. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unpackTar } from 'modern-tar'
import { entry, imageArchive } from './archive.ts'
import { offersOf } from './credentials.ts'
import { fullImageName } from './names.ts'
import { layersFrom } from './snapshots.ts'

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64')
const auth = (user: string) => ({ auth: Buffer.from(`${user}:pw`).toString('base64') })
const secret = (auths: object) => ({ type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': base64({ auths }) } })
const secrets = [
  secret({
    'https://index.docker.io/v1/': auth('hub'),
    'registry.example.com': auth('all'),
    'registry.example.com/team': { username: 'team', password: 'pw' },
    '*.example.org': auth('any'),
  }),
  { type: 'kubernetes.io/dockercfg', data: { '.dockercfg': base64({ 'old.example.com': auth('old') }) } },
  { type: 'Opaque', data: { '.dockerconfigjson': Buffer.from('no json').toString('base64') } },
]
const rows: readonly [string, readonly string[]][] = [
  ['nginx', ['hub']],
  ['someone/app:1', ['hub']],
  ['docker.io/library/nginx', []],
  ['registry.example.com/app', ['all']],
  ['registry.example.com/team/app', ['team', 'all']],
  ['eu.example.org/app', ['any']],
  ['a.eu.example.org/app', []],
  ['old.example.com/app', ['old']],
  ['elsewhere:5000/app', []],
]
for (const [image, users] of rows)
  test(`credentials for ${image}: ${users.join(', ') || 'none'}`, () =>
    assert.deepEqual(
      offersOf(image, secrets).map(({ credentials }) => credentials.username),
      users,
    ))

test('an archive is the same for the same parts, and says what is in it', async () => {
  const parts = { reference: 'localhost/a:1', architecture: 'amd64', layers: [Buffer.from('layer')], config: { Entrypoint: ['/a'] } }
  const archive = await imageArchive(parts)
  assert.deepEqual(archive, await imageArchive(parts))
  const files = new Map((await unpackTar(archive)).map(({ header, data }) => [header.name, Buffer.from(data ?? [])]))
  const [manifest] = JSON.parse(files.get('index.json')?.toString() ?? '').manifests
  assert.equal(manifest.annotations['io.containerd.image.name'], 'localhost/a:1')
  assert.ok(files.has(`blobs/${manifest.digest.replace(':', '/')}`))
  assert.equal(entry('x', Buffer.from('y')).header.mode, 0o644)
})

const fullNames: readonly [string, string][] = [
  ['nginx', 'docker.io/library/nginx:latest'],
  ['nginx:1.27', 'docker.io/library/nginx:1.27'],
  ['someone/app', 'docker.io/someone/app:latest'],
  ['localhost/app', 'localhost/app:latest'],
  ['registry:5000/app:1', 'registry:5000/app:1'],
  ['example.com/a/b@sha256:0123', 'example.com/a/b@sha256:0123'],
]
for (const [image, full] of fullNames) test(`${image} is ${full}`, () => assert.equal(fullImageName(image), full))

const layers: readonly [string, readonly string[], string, readonly string[]][] = [
  [
    'by their common folder',
    ['index=off', 'lowerdir=/r/snapshots/12/fs:/r/snapshots/3/fs'],
    '/r/snapshots',
    ['index=off', 'lowerdir=12/fs:3/fs'],
  ],
  ['as they are, when they are elsewhere', ['lowerdir=/r/snapshots/1/fs:/s/2/fs'], '/', ['lowerdir=/r/snapshots/1/fs:/s/2/fs']],
  ['not at all, when there is one', ['ro', 'rbind'], '/', ['ro', 'rbind']],
]
for (const [rule, options, folder, shortened] of layers)
  test(`layers are named ${rule}`, () => assert.deepEqual(layersFrom(options), { folder, shortened }))
