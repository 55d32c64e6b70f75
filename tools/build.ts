/** Builds what the product runs: dist/knarr.js, which users start, and the parts that it loads: the commands, the serving process, and that of a further node. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { build, type Plugin, transform } from 'esbuild'

const root = new URL('..', import.meta.url).pathname

/** Bundles of their own, so that a command does not read the control plane. */
const PARTS = ['command', 'server', 'node-server']
const parts: Plugin = {
  name: 'parts',
  setup: bundler =>
    bundler.onResolve({ filter: /^\.\// }, ({ path, importer }) => {
      const name = basename(path, '.ts')
      return importer.endsWith('/src/bin/knarr.ts') && PARTS.includes(name) ? { path: `./${name}.js`, external: true } : undefined
    }),
}
/**
 * Node's own modules, and packages that are not bundled, are loaded when the module that wants them is. As imports they would all be
 * loaded before the first line runs, and `node:http` alone would bring WebSocket and fetch with it.
 */
const onDemand: Plugin = {
  name: 'on demand',
  setup: bundler => {
    bundler.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'on-demand' }))
    // lmdb brings a native library that it finds beside its own files.
    bundler.onResolve({ filter: /^lmdb$/ }, ({ path, namespace }) => (namespace === 'file' ? { path, namespace: 'on-demand' } : undefined))
    bundler.onLoad({ filter: /^node:/, namespace: 'on-demand' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
    }))
    bundler.onLoad({ filter: /^lmdb$/, namespace: 'on-demand' }, ({ path }) => ({
      contents: `module.exports = knarrRequire(${JSON.stringify(path)})`,
    }))
  },
}
/** Kinds take their names from their classes. Elsewhere names are not kept: each function that is made would be given its name again. */
const kindNames: Plugin = {
  name: 'kind names',
  setup: bundler =>
    bundler.onLoad({ filter: /\/src\/kinds\/.*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const { code } = await transform(source, { loader: 'ts', target: 'node24', keepNames: true, sourcefile: path, sourcemap: 'inline' })
      return { contents: code }
    }),
}

const { outputFiles } = await build({
  write: false,
  absWorkingDir: root,
  entryPoints: ['knarr', ...PARTS].map(name => `src/bin/${name}.ts`),
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  sourcemap: 'linked',
  plugins: [parts, onDemand, kindNames],
  banner: {
    js: "const knarrRequire = process.getBuiltinModule('node:module').createRequire(import.meta.url); const require = knarrRequire;",
  },
  legalComments: 'none',
  logLevel: 'warning',
})
// Moved into place, so that a command that starts meanwhile finds the old bundle or the new one, never half of one.
for (const { path, contents } of outputFiles) {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.new`, contents)
  await rename(`${path}.new`, path)
}
// Of bundles that are no more.
await rm(`${root}/dist/compiled`, { recursive: true, force: true })
