/** Plays every script of this folder: a whole control plane on virtual time. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { test } from 'node:test'
import { play } from '#test/support/scenario/script.ts'

for (const path of globSync(`${import.meta.dirname}/**/*.txt`).sort())
  test(basename(path, '.txt').replaceAll('-', ' '), async () => {
    const problems = await play(readFileSync(path, 'utf8'))
    assert.equal(problems.join('\n'), '')
  })
