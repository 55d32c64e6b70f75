/** Test files that run in a network namespace of their own, where nobody else has rules, links or routes. Needs root. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'

const INSIDE = 'KNARR_TEST_OWN_NETWORK'

/** Runs the file once more where the network is its own, and there what is `inside`. */
export function inOwnNetwork(file: string, name: string, inside: () => void): void {
  if (process.env[INSIDE] !== undefined) return inside()
  test(name, async () => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const child = spawn('unshare', ['--net', 'sh', '-c', 'ip link set lo up && exec "$0" --test "$1"', process.execPath, file], {
      env: { ...env, [INSIDE]: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', data => (output += String(data)))
    const code = await new Promise(resolve => child.on('close', resolve))
    assert.equal(code, 0, output)
  })
}
