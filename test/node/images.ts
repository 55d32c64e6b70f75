/** Images for tests, built from Debian packages: the registries of the world cannot be reached from test machines. */
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '#base/processes.ts'
import { imageArchive } from '#kubelet/images/archive.ts'
import { importImage, NAMESPACE_OF_CRI } from '#kubelet/images/import.ts'
import { agnhost } from './images/agnhost.ts'
import { busybox, PATH, type Recipe } from './images/debian.ts'
import { dnsutils } from './images/dnsutils.ts'
import { mysql } from './images/mysql.ts'
import { nginx } from './images/nginx.ts'
import { node } from './images/node.ts'
import { printer, setUserId } from './images/tellers.ts'
import { backend, frontend, goproxy } from './images/web.ts'

const RECIPES = {
  busybox: {
    references: ['docker.io/library/busybox:latest', 'docker.io/library/busybox:1.28'],
    build: async root => {
      await busybox(root)
      return { Cmd: ['sh'], Env: [PATH] }
    },
  },
  nginx,
  mysql,
  dnsutils,
  goproxy,
  backend,
  frontend,
  /** Servers over HTTP and UDP that tell their host name, and a client: for tests of Services, DNS, policies and proxies. */
  agnhost,
  printer,
  setUserId,
  node,
} as const satisfies Record<string, Recipe>

export type TestImage = keyof typeof RECIPES
/** Of everything that images are made by, so that none is kept that would be made otherwise now. */
const RECIPE_DIGEST = globSync(new URL('images/*', import.meta.url).pathname)
  .sort()
  .reduce((hash, path) => hash.update(readFileSync(path)), createHash('sha256'))
  .digest('hex')
  .slice(0, 12)
const CACHE = join(tmpdir(), 'knarr-test-images')

/** Puts test images into a containerd, built at the first call on a machine and kept in the temporary folder. */
export async function importTestImages(socket: string, names: readonly TestImage[]): Promise<void> {
  await Promise.all(
    names.map(async name => {
      await importImage({ socket, archive: readFileSync(await testImage(name)) })
      const [first, ...others]: Recipe['references'] = RECIPES[name].references
      for (const other of others) await run(['ctr', '--address', socket, '--namespace', NAMESPACE_OF_CRI, 'images', 'tag', first, other])
    }),
  )
}

/** The path of an image's OCI archive. */
export async function testImage(name: TestImage): Promise<string> {
  const { references, build }: Recipe = RECIPES[name]
  const cached = join(CACHE, `${name}-${RECIPE_DIGEST}.tar`)
  if (existsSync(cached)) return cached
  mkdirSync(CACHE, { recursive: true })
  const work = mkdtempSync(join(CACHE, `${name}-`))
  const root = join(work, 'root')
  mkdirSync(root)
  const config = await build(root)
  const layer = join(work, 'layer.tar')
  await run(['tar', '-C', root, '--numeric-owner', '--owner=0', '--group=0', '--sort=name', '--mtime=@0', '-cf', layer, '.'])
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const archive = await imageArchive({ reference: references[0], architecture, layers: [readFileSync(layer)], config })
  writeFileSync(join(work, 'image.tar'), archive)
  // Renamed into place, so that tests of several processes never read half an image.
  renameSync(join(work, 'image.tar'), cached)
  rmSync(work, { recursive: true, force: true })
  return cached
}
