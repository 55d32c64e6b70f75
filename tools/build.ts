/** Builds the single-file bundle that the product runs: dist/knarr.js. */
import { rm } from 'node:fs/promises'
import { build } from 'esbuild'

const root = new URL('..', import.meta.url).pathname

await rm(`${root}/dist`, { recursive: true, force: true })
await build({
  absWorkingDir: root,
  entryPoints: ['src/bin/knarr.ts'],
  outfile: 'dist/knarr.js',
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // Kinds take their names from their classes.
  keepNames: true,
  sourcemap: 'linked',
  // lmdb brings a native library that it finds beside its own files.
  external: ['lmdb'],
  banner: { js: "import { createRequire as knarrRequire } from 'node:module'; const require = knarrRequire(import.meta.url);" },
  legalComments: 'none',
  logLevel: 'warning',
})
