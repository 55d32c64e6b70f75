/** The program of Kubernetes' own network tests, as a small one of ours: agnhost.pl says what it can. */
import { chmodSync, copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { busybox, libraries, PATH, type Recipe, unpack } from './debian.ts'

export const agnhost: Recipe = {
  references: ['registry.k8s.io/e2e-test-images/agnhost:2.59'],
  build: async root => {
    await busybox(root)
    await unpack(root, ['perl-base'])
    await libraries(root, ['usr/bin/perl'])
    copyFileSync(new URL('agnhost.pl', import.meta.url).pathname, join(root, 'agnhost.pl'))
    chmodSync(join(root, 'agnhost.pl'), 0o755)
    return { Entrypoint: ['perl', '/agnhost.pl'], Cmd: ['pause'], Env: [PATH], ExposedPorts: { '8080/tcp': {}, '8081/udp': {} } }
  },
}
