/** Node.js itself, with programs of ours that run within the cluster. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { busybox, libraries, PATH, type Recipe } from './debian.ts'

export const node: Recipe = {
  references: ['knarr.test/node:1'],
  build: async root => {
    await busybox(root)
    copyFileSync(process.execPath, join(root, 'bin/node'))
    await libraries(root, ['bin/node'])
    for (const program of ['verify-token.mjs', 'guestbook.mjs'])
      copyFileSync(new URL(program, import.meta.url).pathname, join(root, program))
    return { Entrypoint: ['node'], Env: [PATH] }
  },
}
