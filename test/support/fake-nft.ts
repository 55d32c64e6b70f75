/** An nft before the real one on the search path, which fails or hangs when it is told to. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

export interface FakeNft extends Disposable {
  become(how: 'broken' | 'hanging' | 'sound'): void
  /** As if it were not installed: no program at all is found. */
  remove(): void
}

export function fakeNft(): FakeNft {
  const folder = mkdtempSync(join(tmpdir(), 'knarr-nft-'))
  const path = process.env['PATH'] ?? ''
  const real = execFileSync('sh', ['-c', 'command -v nft']).toString().trim()
  const [file, broken, hanging] = ['nft', 'broken', 'hanging'].map(name => join(folder, name)) as [string, string, string]
  const script = [
    '#!/bin/sh',
    `[ ! -e ${broken} ] || { echo "no space left" >&2; exit 1; }`,
    `[ ! -e ${hanging} ] || exec sleep 1000`,
    `exec ${real} "$@"`,
    '',
  ]
  writeFileSync(file, script.join('\n'))
  chmodSync(file, 0o755)
  const faked = `${folder}${delimiter}${path}`
  process.env['PATH'] = faked
  return {
    become: how => {
      process.env['PATH'] = faked
      for (const each of [broken, hanging]) rmSync(each, { force: true })
      if (how !== 'sound') writeFileSync(join(folder, how), '')
    },
    remove: () => void (process.env['PATH'] = join(folder, 'nowhere')),
    [Symbol.dispose]: () => {
      process.env['PATH'] = path
      rmSync(folder, { recursive: true })
    },
  }
}
