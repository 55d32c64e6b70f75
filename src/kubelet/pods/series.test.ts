/** What is counted of pods, and under which labels. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PodStatus } from '#kinds/core/pod-status.ts'
import { imageSizeLabel, newlyTerminated, PodSeries } from './series.ts'

const ended = (name: string, exitCode: number, reason = 'Error') => ({ name, state: { terminated: { exitCode, reason } } })
const running = (name: string) => ({ name, state: { running: {} } })
const status = (containerStatuses: object[], initContainerStatuses: object[] = []) =>
  ({ containerStatuses, initContainerStatuses }) as unknown as PodStatus

test('a container that has ended is counted once, by its kind, its exit code and its reason', () => {
  const before = status([running('a'), ended('b', 1)], [running('i')])
  const after = status([ended('a', 139), ended('b', 1), running('c')], [ended('i', 0, 'Completed')])
  assert.deepEqual(newlyTerminated(before, after), [
    { container_type: 'init_container', exit_code: '0', reason: 'Completed' },
    { container_type: 'container', exit_code: '139', reason: 'Error' },
  ])
  assert.deepEqual(newlyTerminated(after, after), [])
})
test('one of which nothing was known is counted as well', () => assert.equal(newlyTerminated({}, status([ended('a', 2)])).length, 1))
const sizes: readonly [bytes: number, label: string][] = [
  [0, 'N/A'],
  [1, '0-10MB'],
  [10 * 1024 ** 2, '0-10MB'],
  [10 * 1024 ** 2 + 1, '10MB-100MB'],
  [3 * 1024 ** 3, '1GB-5GB'],
  [200 * 1024 ** 3, 'GT100GB'],
]
for (const [bytes, label] of sizes) test(`an image of ${bytes} bytes is one of ${label}`, () => assert.equal(imageSizeLabel(bytes), label))
test('they are told under the names of upstream', () => {
  const series = new PodSeries()
  series.count('started_containers_total', { container_type: 'container' })
  series.count('started_containers_total', { container_type: 'container' })
  series.pulled(2_000_000, 1_500)
  const lines = series.text().split('\n')
  for (const line of [
    'kubelet_started_pods_total 0',
    'kubelet_started_containers_total{container_type="container"} 2',
    'kubelet_image_pull_duration_seconds_bucket{image_size_in_bytes="0-10MB",le="1"} 0',
    'kubelet_image_pull_duration_seconds_bucket{image_size_in_bytes="0-10MB",le="5"} 1',
    'kubelet_image_pull_duration_seconds_sum{image_size_in_bytes="0-10MB"} 1.5',
  ])
    assert.ok(lines.includes(line), line)
})
