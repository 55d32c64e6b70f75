/** The process that users start: a command, the serving process itself, or that of a further node. Each part is a bundle of its own, so that a start reads only what it needs. */
import { enableCompileCache } from 'node:module'
import { matchInLinearTime } from './linear-patterns.ts'

// Compiled code is kept beside the bundles; where that folder is not writable, Node.js goes without.
enableCompileCache(new URL('compiled', import.meta.url).pathname)
const words = process.argv.slice(2)
if (words[0] === 'server') {
  const { serve } = await import('./server.ts')
  matchInLinearTime()
  await serve(words.slice(1))
} else if (words[0] === 'node') {
  const { serveNode } = await import('./node-server.ts')
  await serveNode(words.slice(1))
} else {
  const { runCommand } = await import('./command.ts')
  await runCommand(words)
}
