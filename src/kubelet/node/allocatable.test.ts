/** What of the machine is for pods. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SETTINGS_DEFAULT } from '../configuration/settings.ts'
import type { Threshold } from '../eviction/thresholds.ts'
import { capacityOf, type Shares } from './allocatable.ts'

const MACHINE = { cpus: 4, memoryBytes: 8 * 2 ** 30, diskBytes: 100 * 2 ** 30, hugePages: { 'hugepages-2Mi': 0, 'hugepages-1Gi': 0 } }
const evicting = (...thresholds: readonly Threshold[]) => ({ eviction: { ...SETTINGS_DEFAULT.eviction, thresholds } })
const rows: readonly [rule: string, shares: Partial<Shares>, expected: Readonly<Record<string, string>>][] = [
  ['what eviction keeps free is not for pods', {}, { cpu: '4', memory: '8286208Ki', 'ephemeral-storage': '96636764160', pods: '110' }],
  ['without thresholds all is', evicting(), { cpu: '4', memory: '8388608Ki', 'ephemeral-storage': '107374182400' }],
  ['soft thresholds hold nothing back', evicting({ signal: 'memory.available', amount: '1Gi', graceMs: 1 }), { memory: '8388608Ki' }],
  [
    'reservations come off',
    { ...evicting(), reserved: { cpu: '500m', memory: '1Gi', 'ephemeral-storage': '10Gi' } },
    { cpu: '3500m', memory: '7340032Ki', 'ephemeral-storage': '96636764160' },
  ],
  ['more than there is cannot be reserved', { ...evicting(), reserved: { cpu: '8', memory: '9Gi' } }, { cpu: '0', memory: '0Ki' }],
  ['as many pods as its CPUs may have', { podsPerCore: 10 }, { pods: '40' }],
  ['but never more than the node may', { podsPerCore: 100 }, { pods: '110' }],
]
for (const [rule, shares, expected] of rows)
  test(rule, () => {
    const { allocatable } = capacityOf(MACHINE, { ...SETTINGS_DEFAULT, ...shares })
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map(name => [name, allocatable[name]])), expected)
  })
test('huge pages are a resource of their own, and no memory for others', () => {
  const machine = { ...MACHINE, hugePages: { 'hugepages-2Mi': 2 ** 30, 'hugepages-1Gi': 0 } }
  const { capacity, allocatable } = capacityOf(machine, { ...SETTINGS_DEFAULT, ...evicting() })
  assert.deepEqual([capacity['hugepages-2Mi'], allocatable['hugepages-2Mi'], allocatable['hugepages-1Gi']], ['1Gi', '1Gi', '0'])
  assert.deepEqual([capacity['memory'], allocatable['memory']], ['8388608Ki', '7340032Ki'])
})
