/** When a pod is evicted for what its empty folders hold, and how large those in memory are. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/core/pod.ts'
import { memorySizeBytes, overflow } from './size-limits.ts'

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

const over = 'Usage of EmptyDir volume "v" exceeds the limit "1Mi". '
const rows: readonly [string, Record<string, object>, Record<string, number>, string | undefined][] = [
  ['nothing in it', { v: { sizeLimit: '1Mi' } }, {}, undefined],
  ['just full', { v: { sizeLimit: '1Mi' } }, { v: Mi }, undefined],
  ['a byte too much', { v: { sizeLimit: '1Mi' } }, { v: Mi + 1 }, over],
  ['the second one', { u: { sizeLimit: '2Mi' }, v: { sizeLimit: '1Mi' } }, { u: Mi, v: 2 * Mi }, over],
  ['no limit', { v: {} }, { v: Mi, h: Mi }, undefined],
  ['a limit of nothing is none', { v: { sizeLimit: '0' } }, { v: Mi }, undefined],
]
for (const [rule, emptyDirs, used, expected] of rows)
  test(`evicted: ${rule}`, () => assert.equal(overflow(podWith(emptyDirs), new Map(Object.entries(used))), expected))

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
