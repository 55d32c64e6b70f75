/** What control groups are told: of a pod, of all pods together, and of each class of pods. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/core/pod.ts'
import { allPodsLimits } from '../node/allocatable.ts'
import { groupValues, podCgroupValues } from './cgroup.ts'
import { classLimits } from './pod-groups.ts'

type Amounts = Readonly<Record<string, string>>
const podOf = (name: string, ...containers: readonly { readonly requests?: Amounts; readonly limits?: Amounts }[]) =>
  ({
    metadata: { name },
    spec: { containers: containers.map((resources, i) => ({ name: `c${i}`, resources })) },
    status: { phase: 'Running' },
  }) as unknown as Pod

test('a pod on version 1', () => {
  const pod = podOf('a', { requests: { cpu: '500m' }, limits: { cpu: '1', memory: '64Mi', 'hugepages-2Mi': '4Mi' } })
  assert.deepEqual(podCgroupValues(pod, { version: 1, pidsMax: 40 }), {
    'cpu/cpu.shares': '512',
    'cpu/cpu.cfs_period_us': '100000',
    'cpu/cpu.cfs_quota_us': '100000',
    'memory/memory.limit_in_bytes': '67108864',
    'pids/pids.max': '40',
    'hugetlb/hugetlb.2MB.limit_in_bytes': '4194304',
  })
})
test('a pod on version 2', () => {
  const pod = podOf('a', { requests: { cpu: '500m' }, limits: { cpu: '1', memory: '64Mi', 'hugepages-1Gi': '1Gi' } })
  assert.deepEqual(podCgroupValues(pod, { version: 2 }), {
    'cpu.weight': '20',
    'cpu.max': '100000 100000',
    'memory.max': '67108864',
    'pids.max': 'max',
    'hugetlb.1GB.max': '1073741824',
  })
})
test('a pod is not limited in what one of its containers is not', () => {
  const values = podCgroupValues(podOf('a', { limits: { cpu: '1', memory: '64Mi' } }, {}), { version: 2 })
  assert.deepEqual([values['cpu.max'], values['memory.max']], ['max 100000', 'max'])
})
test('all pods together may use what is not reserved, though eviction begins before that', () => {
  const machine = { cpus: 4, memoryBytes: 8 * 2 ** 30, threadsMax: 32_768, hugePages: { 'hugepages-2Mi': 2 ** 24 } }
  const limits = allPodsLimits(machine, { cpu: '500m', memory: '1Gi', pid: '1000' })
  assert.deepEqual(groupValues(limits, 2), {
    'cpu.weight': '137',
    'cpu.max': 'max 100000',
    'memory.max': String(7 * 2 ** 30),
    'pids.max': '31768',
    'hugetlb.2MB.max': '16777216',
  })
})
test('burstable pods weigh what they ask for together, those that have ended nothing', () => {
  const burstable = (name: string, cpu: string) => podOf(name, { requests: { cpu } })
  const ended = { ...burstable('ended', '2'), status: { phase: 'Succeeded' } } as Pod
  const guaranteed = podOf('guaranteed', { requests: { cpu: '1', memory: '1Mi' }, limits: { cpu: '1', memory: '1Mi' } })
  const limits = classLimits([burstable('a', '250m'), burstable('b', '500m'), ended, guaranteed, podOf('besteffort', {})])
  assert.deepEqual(limits, { burstable: { milliCpu: 750 }, besteffort: { milliCpu: 0 } })
  assert.equal(groupValues(limits.besteffort, 1)['cpu/cpu.shares'], '2')
})

test('a node may leave limits of CPU to the weights', () => {
  const values = podCgroupValues(podOf('a', { limits: { cpu: '1' } }, { limits: { cpu: '1' } }), { version: 2, ignoresCpuLimits: true })
  assert.equal(values['cpu.max'], 'max 100000')
})
