/** Builds the single-file bundle that the product runs: dist/knarr.js. */
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { build } from 'esbuild'

const root = new URL('..', import.meta.url).pathname

const { outputFiles } = await build({
  write: false,
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
// Moved into place, so that a command that starts meanwhile finds the old bundle or the new one, never half of one.
for (const { path, contents } of outputFiles) {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.new`, contents)
  await rename(`${path}.new`, path)
}
