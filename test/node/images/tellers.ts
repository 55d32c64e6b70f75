/** Images that say something of how they are run: with which words, as which user. */
import { chmodSync, copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { busybox, libraries, PATH, type Recipe } from './debian.ts'

/** Prints the words that it is given, its own if none are. */
export const printer: Recipe = {
  references: ['knarr.test/printer:1'],
  build: async root => {
    await busybox(root)
    return { Entrypoint: ['/bin/echo', 'entrypoint'], Cmd: ['default', 'arguments'], Env: [PATH] }
  },
}
/** Has a program, `as-owner`, that prints as whom it runs: as root, whoever calls it, unless that is forbidden. */
export const setUserId: Recipe = {
  references: ['knarr.test/set-user-id:1'],
  build: async root => {
    await busybox(root)
    copyFileSync('/usr/bin/id', join(root, 'bin/as-owner'))
    chmodSync(join(root, 'bin/as-owner'), 0o4755)
    await libraries(root, ['bin/as-owner'])
    return { Cmd: ['sh'], Env: [PATH] }
  },
}
