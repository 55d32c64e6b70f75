/** Fully populated objects as upstream writes them: JSON, YAML and protobuf must say the same, and our bytes must be theirs. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { formatYaml, parseYaml } from '#base/yaml.ts'
import { allKinds } from '#kinds/catalogue.ts'
import { APIGroup, APIVersions } from '#kinds/meta/discovery.ts'
import { DeleteOptions } from '#kinds/meta/options.ts'
import { Status } from '#kinds/meta/status.ts'
import { WatchEvent } from '#kinds/meta/watch-event.ts'
import { decode } from '#schema/decode.ts'
import { decodeProtobuf, encodeProtobuf } from '#schema/protobuf.ts'
import { decodeEnvelope, encodeEnvelope } from '#schema/protobuf-envelope.ts'
import type { Type } from '#schema/vocabulary.ts'

const root = new URL('../../../shared/spec/golden/', import.meta.url)
interface Row {
  readonly file: string
  readonly kind: string
  readonly apiVersion: string
  readonly type: Type<unknown>
}
const BESIDE_KINDS = Object.entries<Type<unknown>>({ APIGroup, APIVersions, DeleteOptions, Status }).map(
  ([kind, type]): Row => ({ file: `core.v1.${kind}`, kind, apiVersion: 'v1', type }),
)
/** A watch event has no kind of its own. */
BESIDE_KINDS.push({ file: 'core.v1.WatchEvent', kind: '', apiVersion: '', type: WatchEvent })

test('every kind has the bytes of upstream', async t => {
  if (!existsSync(root)) return t.diagnostic('spec/golden is not here: nothing was checked')
  const kinds = (await allKinds()).map(({ group, version, apiVersion, name }, i, all): Row => {
    return { file: `${group || 'core'}.${version}.${name}`, kind: name, apiVersion, type: all[i] as Type<unknown> }
  })
  const rows = [...kinds, ...BESIDE_KINDS]
  const checked = rows.filter(({ file }) => existsSync(new URL(`${file}.json`, root)))
  t.diagnostic(
    `${checked.length} checked; without a golden file: ${rows
      .filter(row => !checked.includes(row))
      .map(({ file }) => file)
      .join(' ')}`,
  )
  assert(checked.length >= 90, `only ${checked.length} kinds were found`)
  for (const row of checked) await t.test(row.file, () => check(row))
})

function check({ file, kind, apiVersion, type }: Row): void {
  const read = (extension: string) => readFileSync(new URL(`${file}.${extension}`, root))
  const json: unknown = JSON.parse(read('json').toString())
  const yaml = read('yaml').toString()
  const bytes = read('pb')

  const { value, problems } = decode(type, json, { strictness: 'Strict' })
  assert.deepEqual(problems, [])
  assert.deepEqual(value, json, 'decoding loses nothing')
  assert.deepEqual(decode(type, parseYaml(yaml)[0]?.value).value, json, 'YAML says the same')
  assert.equal(formatYaml(json), yaml, 'YAML is printed alike')

  const envelope = decodeEnvelope(bytes)
  assert.deepEqual({ kind: envelope.kind, apiVersion: envelope.apiVersion }, { kind, apiVersion })
  const header = kind ? { kind, apiVersion } : {}
  assert.deepEqual({ ...header, ...(decodeProtobuf(type, envelope.raw) as object) }, json, 'protobuf says the same')
  assert.deepEqual(encodeEnvelope({ apiVersion, kind, raw: encodeProtobuf(type, value) }), new Uint8Array(bytes), 'the bytes are equal')
}
