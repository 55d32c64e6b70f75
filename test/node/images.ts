/** Images for tests, built from Debian packages: the registries of the world cannot be reached from test machines. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { run } from '#base/processes.ts'
import { imageArchive } from '#kubelet/images/archive.ts'
import { importImage } from '#kubelet/images/import.ts'

interface Recipe {
  readonly reference: string
  /** Fills the root folder and gives the image's configuration. */
  readonly build: (root: string) => Promise<Readonly<Record<string, unknown>>>
}
const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

const RECIPES = {
  busybox: {
    reference: 'docker.io/library/busybox:latest',
    build: async root => {
      await busybox(root)
      return { Cmd: ['sh'], Env: [PATH] }
    },
  },
  nginx: {
    reference: 'docker.io/library/nginx:latest',
    build: async root => {
      await busybox(root)
      const packages = await unpack(root, ['nginx', 'nginx-common'])
      await libraries(root, join(root, 'usr/sbin/nginx'))
      for (const folder of ['etc/nginx/conf.d', 'var/log/nginx', 'var/lib/nginx', 'run']) mkdirSync(join(root, folder), { recursive: true })
      for (const [name, to] of [
        ['access.log', '/dev/stdout'],
        ['error.log', '/dev/stderr'],
      ] as const) {
        rmSync(join(root, 'var/log/nginx', name), { force: true })
        symlinkSync(to, join(root, 'var/log/nginx', name))
      }
      writeFileSync(join(root, 'etc/nginx/nginx.conf'), NGINX_CONF)
      writeFileSync(join(root, 'etc/nginx/conf.d/default.conf'), NGINX_DEFAULT)
      const version = /nginx_([\d.]+)/.exec(packages.join(' '))?.[1] ?? ''
      return {
        Cmd: ['nginx', '-g', 'daemon off;'],
        Env: [PATH, `NGINX_VERSION=${version}`],
        ExposedPorts: { '80/tcp': {} },
        StopSignal: 'SIGQUIT',
      }
    },
  },
} as const satisfies Record<string, Recipe>

const NGINX_CONF = `user www-data;
worker_processes 1;
error_log /var/log/nginx/error.log notice;
pid /run/nginx.pid;
events { worker_connections 1024; }
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log /var/log/nginx/access.log;
  include /etc/nginx/conf.d/*.conf;
}
`
const NGINX_DEFAULT = `server {
  listen 80;
  location / { root /usr/share/nginx/html; index index.html index.htm; }
}
`

export type TestImage = keyof typeof RECIPES
const CACHE = join(tmpdir(), 'knarr-test-images')

/** Puts test images into a containerd, built at the first call on a machine and kept in the temporary folder. */
export async function importTestImages(socket: string, names: readonly TestImage[]): Promise<void> {
  for (const name of names) await importImage({ socket, archive: readFileSync(await testImage(name)) })
}

/** The path of an image's OCI archive. */
export async function testImage(name: TestImage): Promise<string> {
  const { reference, build }: Recipe = RECIPES[name]
  const cached = join(CACHE, `${name}.tar`)
  if (existsSync(cached)) return cached
  mkdirSync(CACHE, { recursive: true })
  const work = mkdtempSync(join(CACHE, `${name}-`))
  const root = join(work, 'root')
  mkdirSync(root)
  const config = await build(root)
  const layer = join(work, 'layer.tar')
  await run(['tar', '-C', root, '--numeric-owner', '--owner=0', '--group=0', '--sort=name', '--mtime=@0', '-cf', layer, '.'])
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const archive = await imageArchive({ reference, architecture, layers: [readFileSync(layer)], config })
  writeFileSync(join(work, 'image.tar'), archive)
  // Renamed into place, so that tests of several processes never read half an image.
  renameSync(join(work, 'image.tar'), cached)
  rmSync(work, { recursive: true, force: true })
  return cached
}

async function busybox(root: string): Promise<void> {
  for (const folder of ['bin', 'sbin', 'usr/bin', 'usr/sbin', 'etc', 'root', 'home', 'var/spool/mail', 'lib', 'dev', 'proc', 'sys'])
    mkdirSync(join(root, folder), { recursive: true })
  mkdirSync(join(root, 'tmp'))
  await run(['chmod', '1777', join(root, 'tmp')])
  copyFileSync('/bin/busybox', join(root, 'bin/busybox'))
  for (const path of (await run(['busybox', '--list-full'])).trim().split('\n')) {
    const target = join(root, path)
    mkdirSync(dirname(target), { recursive: true })
    if (!existsSync(target)) symlinkSync('/bin/busybox', target)
  }
  writeFileSync(
    join(root, 'etc/passwd'),
    'root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/false\nnobody:x:65534:65534::/home:/bin/false\n',
  )
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nwww-data:x:33:\nnogroup:x:65534:\n')
}

async function unpack(root: string, packages: readonly string[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(CACHE, 'packages-'))
  await run(['sh', '-c', `cd ${folder} && apt-get download ${packages.join(' ')}`])
  const files = (await run(['find', folder, '-name', '*.deb'])).trim().split('\n')
  for (const file of files) await run(['dpkg-deb', '-x', file, root])
  rmSync(folder, { recursive: true, force: true })
  return files
}

/** Copies the shared libraries that a program needs, from this machine. */
async function libraries(root: string, program: string): Promise<void> {
  const lines = (await run(['ldd', program])).trim().split('\n')
  const missing = lines.filter(line => line.includes('not found'))
  if (missing.length) throw new Error(`build image: libraries are missing on this machine: ${missing.join(', ')}`)
  for (const line of lines) {
    const path = /(\/\S+)/.exec(line.replace(/^.*=>/, ''))?.[1]
    if (!path) continue
    mkdirSync(join(root, dirname(path)), { recursive: true })
    copyFileSync(path, join(root, path))
  }
}
