/** How huge pages are asked for, named and given. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/core/pod.ts'
import { hugePageLimits, hugePageSize, hugePagesOf, hugePagesResource, volumePageSize } from './huge-pages.ts'

test('sizes are named as a resource, and as the kernel names them', () => {
  assert.deepEqual([64, 2048, 1_048_576].map(hugePagesResource), ['hugepages-64Ki', 'hugepages-2Mi', 'hugepages-1Gi'])
  assert.deepEqual(['hugepages-64Ki', 'hugepages-2Mi', 'hugepages-1Gi'].map(hugePageSize), ['64KB', '2MB', '1GB'])
})
test('of all amounts those of huge pages are taken', () =>
  assert.deepEqual(hugePagesOf({ cpu: '1', memory: '1Gi', 'hugepages-2Mi': '4Mi' }), { 'hugepages-2Mi': 4_194_304 }))
test('a container gets none of the sizes for which it does not ask', () =>
  assert.deepEqual(hugePageLimits({ memory: '1Gi', 'hugepages-2Mi': '4Mi' }, ['hugepages-2Mi', 'hugepages-1Gi']), [
    { pageSize: '2MB', limit: 4_194_304 },
    { pageSize: '1GB', limit: 0 },
  ]))

const podOf = (...requests: readonly Readonly<Record<string, string>>[]) =>
  ({ spec: { containers: requests.map(requests => ({ resources: { requests } })) } }) as unknown as Pod
const both = podOf({ 'hugepages-2Mi': '4Mi' }, { 'hugepages-1Gi': '1Gi' })
const rows: readonly [rule: string, medium: string, pod: Pod, expected: string][] = [
  ['the only size that is asked for', 'HugePages', podOf({ 'hugepages-2Mi': '4Mi' }, { 'hugepages-2Mi': '2Mi' }), '2097152'],
  ['the size that is named', 'HugePages-1Gi', both, '1073741824'],
  ['no size stands out', 'HugePages', both, "medium: HugePages can't be used if container requests multiple huge page sizes"],
  [
    'none is asked for',
    'HugePages',
    podOf({ memory: '1Mi' }),
    'medium HugePages: hugePages storage requested, but there is no resource request for huge pages',
  ],
  [
    'another is asked for',
    'HugePages-1Gi',
    podOf({ 'hugepages-2Mi': '4Mi' }),
    'medium HugePages-1Gi: hugePages storage requested, but there is no resource request for huge pages',
  ],
]
for (const [rule, medium, pod, expected] of rows)
  test(`a volume: ${rule}`, () => {
    let found: string
    try {
      found = volumePageSize(medium, pod)
    } catch (error) {
      found = (error as Error).message
    }
    assert.equal(found, expected)
  })
