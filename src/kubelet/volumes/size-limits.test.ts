/** How large empty folders in memory are. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/core/pod.ts'
import { memorySizeBytes } from './size-limits.ts'

const Mi = 1024 * 1024
const podWith = (emptyDirs: Record<string, object>, limit?: string) =>
  ({
    spec: {
      volumes: [...Object.entries(emptyDirs).map(([name, emptyDir]) => ({ name, emptyDir })), { name: 'h', hostPath: { path: '/' } }],
      containers: [
        { name: 'a', resources: limit ? { limits: { memory: limit } } : {} },
        { name: 'b', resources: {} },
      ],
    },
  }) as unknown as Pod

const sizes: readonly [string, object, string | undefined, number][] = [
  ['of its limit', { sizeLimit: '8Mi' }, undefined, 8 * Mi],
  ['of what the pod may use', { sizeLimit: '8Mi' }, '4Mi', 4 * Mi],
  ['of what the pod may use, without a limit', {}, '4Mi', 4 * Mi],
  ['of what the node has', {}, undefined, 64 * Mi],
  ['of what the node has, though more was asked for', { sizeLimit: '1Gi' }, '2Gi', 64 * Mi],
]
for (const [rule, emptyDir, limit, expected] of sizes)
  test(`a file system in memory is ${rule}`, () =>
    assert.equal(memorySizeBytes(emptyDir, podWith({ v: emptyDir }, limit), { memory: '64Mi' }), expected))
