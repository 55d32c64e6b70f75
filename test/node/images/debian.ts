/** Root folders for images, filled from Debian packages and from what their programs load. */
import { copyFileSync, existsSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { run } from '#base/processes.ts'

/** What an image's recipe makes of an empty root folder: the image's configuration. */
export interface Recipe {
  /** Full names; the first one stands in the archive. */
  readonly references: readonly [string, ...string[]]
  readonly build: (root: string) => Promise<Readonly<Record<string, unknown>>>
}
export const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** The usual folders, users and small programs. */
export async function busybox(root: string): Promise<void> {
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

/** Unpacks packages into the root folder, and gives their file names, which have the versions. */
export async function unpack(root: string, packages: readonly string[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'knarr-packages-'))
  const download = () => run(['sh', '-c', 'cd "$0" && apt-get download -q "$@"', folder, ...packages])
  // Lists of packages may be missing or may name versions that are no longer there.
  await download().catch(() => run(['apt-get', 'update', '-q']).then(download))
  const files = globSync(join(folder, '*.deb'))
  for (const file of files) await run(['dpkg-deb', '-x', file, root])
  rmSync(folder, { recursive: true })
  return files
}

/** Copies the shared libraries that programs need: from the root folder where its packages bring them, else from this machine. */
export async function libraries(root: string, programs: readonly string[]): Promise<void> {
  const own = globSync(join(root, 'usr/lib/*-linux-gnu')).join(':')
  for (const program of programs) {
    const lines = (await run(['ldd', join(root, program)], { env: { LD_LIBRARY_PATH: own } })).trim().split('\n')
    const missing = lines.filter(line => line.includes('not found'))
    if (missing.length) throw new Error(`build image: libraries are missing on this machine: ${missing.join(', ')}`)
    for (const line of lines) {
      const path = /(\/\S+)/.exec(line.replace(/^.*=>/, ''))?.[1]
      if (!path || path.startsWith(root) || existsSync(join(root, path))) continue
      mkdirSync(join(root, dirname(path)), { recursive: true })
      copyFileSync(path, join(root, path))
    }
  }
}
