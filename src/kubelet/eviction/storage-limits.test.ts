/** When a pod is evicted for what it keeps on the disk. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/core/pod.ts'
import type { LocalUse } from './local-use.ts'
import { isLimited, overuse } from './storage-limits.ts'

const Mi = 1024 * 1024
interface Given {
  readonly emptyDirs?: Readonly<Record<string, object>>
  /** Limits of the containers `a` and `b`. */
  readonly limits?: readonly (string | undefined)[]
}
const podWith = ({ emptyDirs = {}, limits = [] }: Given) =>
  ({
    spec: {
      volumes: [...Object.entries(emptyDirs).map(([name, emptyDir]) => ({ name, emptyDir })), { name: 'h', hostPath: { path: '/' } }],
      containers: ['a', 'b'].map((name, i) => ({ name, resources: limits[i] ? { limits: { 'ephemeral-storage': limits[i] } } : {} })),
    },
  }) as unknown as Pod
const bytes = (amount: number) => ({ bytes: amount, inodes: 1 })
/** Sizes in MiB: of volumes, and of what the containers have written and logged. */
const used = (
  volumes: Readonly<Record<string, number>>,
  [a = [0, 0], b = [0, 0]]: readonly (readonly [number, number])[] = [],
): LocalUse => ({
  containers: [a, b].map(([written, logs], i) => ({ name: i ? 'b' : 'a', written: bytes(written * Mi), logs: bytes(logs * Mi) })),
  volumes: new Map(Object.entries(volumes).map(([name, size]) => [name, bytes(size * Mi)])),
  kept: bytes((Object.values(volumes).reduce((sum, size) => sum + size, 0) + a[1] + b[1]) * Mi),
})
const ofVolume = 'Usage of EmptyDir volume "v" exceeds the limit "1Mi". '
const ofPod = 'Pod ephemeral local storage usage exceeds the total limit of containers 3Mi. '
const ofContainer = 'Container b exceeded its local ephemeral storage limit "1Mi". '

const rows: readonly [rule: string, given: Given, use: LocalUse, expected: string | undefined, isImageDiskDedicated?: boolean][] = [
  ['nothing in it', { emptyDirs: { v: { sizeLimit: '1Mi' } } }, used({}), undefined],
  ['just full', { emptyDirs: { v: { sizeLimit: '1Mi' } } }, used({ v: 1 }), undefined],
  ['a byte too much', { emptyDirs: { v: { sizeLimit: '1Mi' } } }, used({ v: 1 + 1 / Mi }), ofVolume],
  ['the second volume', { emptyDirs: { u: { sizeLimit: '2Mi' }, v: { sizeLimit: '1Mi' } } }, used({ u: 1, v: 2 }), ofVolume],
  ['no limit', { emptyDirs: { v: {} } }, used({ v: 9 }, [[9, 9]]), undefined],
  ['a limit of nothing is none', { emptyDirs: { v: { sizeLimit: '0' } } }, used({ v: 1 }), undefined],
  [
    'written, logged and kept in volumes count together',
    { limits: ['2Mi', '1Mi'] },
    used({ v: 1 }, [
      [1, 0.5],
      [0.5, 0.5],
    ]),
    ofPod,
  ],
  [
    'together just at the limit',
    { limits: ['2Mi', '1Mi'] },
    used({ v: 1 }, [
      [1, 0],
      [0.5, 0.5],
    ]),
    undefined,
  ],
  [
    'a container over its own limit',
    { limits: ['2Mi', '1Mi'] },
    used({}, [
      [0, 0],
      [1, 0.5],
    ]),
    ofContainer,
  ],
  ['the volume is named before the pod', { emptyDirs: { v: { sizeLimit: '1Mi' } }, limits: ['3Mi'] }, used({ v: 4 }), ofVolume],
  [
    'a container without a limit counts for the pod',
    { limits: ['3Mi'] },
    used({}, [
      [1, 0],
      [3, 0],
    ]),
    ofPod,
  ],
  [
    'on a disk of its own what is written is not the container’s',
    { limits: ['2Mi', '1Mi'] },
    used({}, [
      [0, 0],
      [1, 0.5],
    ]),
    undefined,
    true,
  ],
]
for (const [rule, given, use, expected, isImageDiskDedicated = false] of rows)
  test(`evicted: ${rule}`, () => assert.equal(overuse(podWith(given), use, { isImageDiskDedicated }), expected))
test('only pods with limits are measured', () =>
  assert.deepEqual(
    [{}, { emptyDirs: { v: {} } }, { emptyDirs: { v: { sizeLimit: '1' } } }, { limits: [undefined, '1'] }].map(given =>
      isLimited(podWith(given)),
    ),
    [false, false, true, true],
  ))
