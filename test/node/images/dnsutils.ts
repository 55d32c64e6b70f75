/** Programs that ask DNS, as in the image of Kubernetes' own tests: dig, and getent with the resolver of the C library. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '#base/processes.ts'
import { busybox, libraries, PATH, type Recipe, unpack } from './debian.ts'

export const dnsutils: Recipe = {
  references: ['registry.k8s.io/e2e-test-images/jessie-dnsutils:1.7'],
  build: async root => {
    await busybox(root)
    const packages = await withDependencies(['bind9-dnsutils', 'libc-bin'])
    // The C library is taken from this machine, as for the other images.
    await unpack(
      root,
      packages.filter(name => !/^(libc6|gcc-.*-base)$/.test(name)),
    )
    await libraries(root, ['usr/bin/dig', 'usr/bin/getent'])
    for (const folder of ['usr/share', 'usr/sbin']) rmSync(join(root, folder), { recursive: true, force: true })
    return { Cmd: ['sh'], Env: [PATH] }
  },
}

/** The packages and all that they depend on: their names differ between releases of the distribution. */
async function withDependencies(packages: readonly string[]): Promise<readonly string[]> {
  const kinds = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map(kind => `--no-${kind}`)
  const list = () => run(['apt-cache', 'depends', '--recurse', ...kinds, ...packages])
  const text = await list().catch(() => run(['apt-get', 'update', '-q']).then(list))
  return [...new Set(text.split('\n').filter(line => /^[a-z]/.test(line)))].sort()
}
