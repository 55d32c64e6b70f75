/** A disk that is full, and one that fails: what clients are told, and what becomes of the process. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { servingCluster } from '#test/support/serving.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const MIB = 1024 * 1024
/** The store keeps 32 MiB free (ROOM_MIN_BYTES); as much again is for what a new cluster writes. */
const DISK_MIB = 64
const BALLAST_MIB = 40
/** Blocks of 512 bytes, or of 1 KiB in some shells: beyond what a new cluster needs. */
const FILE_BLOCKS_MAX = 16_384
/** Writes that share a commit: lmdb 3.5.6 damages its memory when a small commit fails (see ROOM_MIN_BYTES), which may abort the process before it ends. */
const AT_ONCE = 24

const canMount = process.getuid?.() === 0
test('a full disk is told with 503; reads go on, and writes as soon as there is room', { timeout: 180_000 }, async t => {
  if (!canMount) return t.diagnostic('left out: only root can mount a small disk')
  using cluster = await servingCluster()
  const { store } = cluster.folder
  mkdirSync(store)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m,mode=0777`, 'knarr-test', store])
  using mounted = new DisposableStack()
  mounted.defer(() => execFileSync('umount', ['-l', store]))
  const serving = await cluster.start()
  using connection = serving.connect()
  const create = (name: string) => connection.ask('POST', MAPS, { metadata: { name } })
  assert.equal((await create('before')).code, 201)

  const ballast = join(store, 'ballast')
  writeFileSync(ballast, Buffer.alloc(BALLAST_MIB * MIB))
  const full = await create('full')
  assert.deepEqual([full.code, full.body.reason, full.body.status], [503, 'ServiceUnavailable', 'Failure'])
  assert.match(
    full.body.message,
    /the disk of ".*" has \d+ MiB left, and 32 MiB are kept free; nothing of it was stored.* Free space on the disk/,
  )
  for (const [method, path, body] of [
    ['PUT', `${MAPS}/before`, { metadata: { name: 'before' }, data: { a: 'b' } }],
    ['DELETE', `${MAPS}/before`],
  ] as const)
    assert.equal((await connection.ask(method, path, body)).code, 503)
  assert.equal((await connection.ask('GET', `${MAPS}/before`)).code, 200)
  assert.equal((await connection.ask('GET', `${MAPS}/full`)).code, 404)

  rmSync(ballast)
  assert.equal((await create('after')).code, 201)
  serving.child.kill('SIGTERM')
  assert.deepEqual(await once(serving.child, 'exit'), [0, null])
})

test('a store that fails for good ends the process with code 1 and says so; nothing acknowledged is lost', {
  timeout: 180_000,
}, async t => {
  using cluster = await servingCluster()
  const serving = await cluster.start({ fileBlocksMax: FILE_BLOCKS_MAX })
  const exit = once(serving.child, 'exit')
  const written: string[] = []
  {
    using stack = new DisposableStack()
    const connections = Array.from({ length: AT_ONCE }, () => stack.use(serving.connect()))
    for (;;) {
      const create = async (connection: (typeof connections)[0], at: number) => {
        const name = `m-${written.length}-${at}`
        const reply = await connection.ask('POST', MAPS, { metadata: { name }, data: { k: 'x'.repeat(4_000) } }).catch(() => undefined)
        if (reply?.code === 201) return name
        if (reply) assert.deepEqual([reply.code, reply.body.reason], [503, 'ServiceUnavailable'])
        return undefined
      }
      const names = await Promise.all(connections.map(create))
      written.push(...names.filter(name => name !== undefined))
      if (names.includes(undefined)) break
    }
  }
  t.diagnostic(`${written.length} writes until the disk failed`)
  assert.deepEqual(await exit, [1, null])
  assert.match(serving.log(), /"level":50.*the store has failed and takes no writes until it is opened again/)
  const again = await cluster.start()
  using connection = again.connect()
  const { body } = await connection.ask('GET', MAPS)
  const names = new Set(body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name))
  for (const name of written) assert(names.has(name), `${name} was acknowledged`)
  assert.equal((await connection.ask('POST', MAPS, { metadata: { name: 'again' } })).code, 201)
})
