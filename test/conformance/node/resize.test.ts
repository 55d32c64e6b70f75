/** Running containers get more and less, without being started anew: as the API tells it, and as the kernel has it. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventually } from '../support/eventually.ts'
import { useNodeStage } from '../support/node-stage.ts'
import { AT_ONCE, type Pods, podsOf, waiting } from '../support/pods.ts'
import type { Any } from '../support/resource.ts'

const stage = useNodeStage()

/** What a container asks for and may have; what is not given is not asked for. */
interface Size {
  readonly cpu?: string
  readonly cpuLimit?: string
  readonly memory?: string
  readonly memoryLimit?: string
}
type Sizes = readonly Size[]
const all = (cpu: number, mebibytes: number): Size => {
  const [c, m] = [`${cpu}m`, `${mebibytes}Mi`]
  return { cpu: c, cpuLimit: c, memory: m, memoryLimit: m }
}
const resourcesOf = ({ cpu, cpuLimit, memory, memoryLimit }: Size) => {
  const [requests, limits] = [
    { ...(cpu && { cpu }), ...(memory && { memory }) },
    { ...(cpuLimit && { cpu: cpuLimit }), ...(memoryLimit && { memory: memoryLimit }) },
  ]
  return { ...(Object.keys(requests).length && { requests }), ...(Object.keys(limits).length && { limits }) }
}
const nameOf = (at: number) => `c${at + 1}`
const containersOf = (sizes: Sizes) => sizes.map((size, at) => waiting({ name: nameOf(at), resources: resourcesOf(size) }))
const number = (text = '0') => Number.parseInt(text, 10)

/** The files of the kernel in which a container finds its limits: control groups of version 1, then of version 2. */
const FILES = {
  1: ['cpu/cpu.shares', 'cpu/cpu.cfs_quota_us', 'memory/memory.limit_in_bytes'],
  2: ['cpu.weight', 'cpu.max', 'memory.max'],
} as const
/** What should stand in them. */
function kernelValues({ cpu, cpuLimit, memoryLimit }: Size, version: 1 | 2): readonly (string | RegExp)[] {
  const shares = Math.max(2, Math.trunc((number(cpu ?? cpuLimit) * 1024) / 1000))
  const quota = cpuLimit ? Math.max(1000, number(cpuLimit) * 100) : undefined
  const bytes = memoryLimit ? String(number(memoryLimit) * 2 ** 20) : undefined
  // No limit is the greatest number of pages in version 1. Runtimes differ in how they turn shares into a weight.
  if (version === 1) return [String(shares), String(quota ?? -1), bytes ?? /^9223372036854\d{6}$/]
  return [/^\d+$/, `${quota ?? 'max'} 100000`, bytes ?? 'max']
}
async function kernelHas(pods: Pods, sizes: Sizes): Promise<void> {
  const isUnified = (await pods.exec('resized', ['sh', '-c', 'ls /sys/fs/cgroup'], nameOf(0))).includes('cgroup.controllers')
  const version = isUnified ? 2 : 1
  for (const [at, size] of sizes.entries()) {
    const command = ['sh', '-c', `cd /sys/fs/cgroup; cat ${FILES[version].join(' ')}`]
    const values = (await pods.exec('resized', command, nameOf(at))).trim().split('\n')
    for (const [line, expected] of kernelValues(size, version).entries()) {
      const message = `${FILES[version][line]} of ${nameOf(at)}`
      if (typeof expected === 'string') assert.equal(values[line], expected, message)
      else assert.match(values[line] ?? '', expected, message)
    }
  }
}

const sizesIn = (containers: readonly Any[]) => containers.map(({ name, resources }) => [name, resources])
const expectedSizes = (sizes: Sizes) => sizes.map((size, at) => [nameOf(at), resourcesOf(size)])
/** What the API and the kernel say once all is done. */
async function hasSizes(pods: Pods, sizes: Sizes): Promise<Any> {
  await eventually(async () => {
    const pod = await pods.get('resized')
    assert.deepEqual(sizesIn(pod.spec.containers), expectedSizes(sizes))
    assert.deepEqual(sizesIn(pod.status.containerStatuses), expectedSizes(sizes))
    for (const [at, { allocatedResources, restartCount }] of pod.status.containerStatuses.entries())
      assert.deepEqual([allocatedResources, restartCount], [resourcesOf(sizes[at] as Size).requests, 0])
    const underWay = pod.status.conditions.filter(({ type }: Any) => type.startsWith('PodResize'))
    assert.deepEqual(underWay, [])
    assert.equal(pod.status.observedGeneration, pod.metadata.generation)
  })
  await kernelHas(pods, sizes)
}
async function resized(pods: Pods, sizes: Sizes): Promise<void> {
  const containers = sizes.map((size, at) => ({ name: nameOf(at), resources: resourcesOf(size) }))
  const patched = await pods.patch('resized', { spec: { containers } }, { type: 'strategic', subresource: 'resize' })
  assert.deepEqual(sizesIn(patched.spec.containers), expectedSizes(sizes))
  await hasSizes(pods, sizes)
}
async function sized(sizes: Sizes): Promise<Pods> {
  const pods = await podsOf(stage, 'resize')
  await pods.run('resized', { containers: containersOf(sizes) })
  await pods.ready('resized')
  await hasSizes(pods, sizes)
  return pods
}

interface Row {
  readonly name: string
  readonly from: Sizes
  readonly to: Sizes
  /** What was added cannot be taken away again. */
  readonly isOneWay?: true
}
const three = [all(20, 35), all(22, 37), all(24, 39)]
const rows: readonly Row[] = [
  {
    name: '[sig-node] Pod InPlace Resize Container guaranteed pods with multiple containers 3 containers - increase cpu & mem on c1, c2, decrease cpu & mem on c3 - net increase [MinimumKubeletVersion:1.34] [Conformance]',
    from: three,
    to: [all(25, 40), all(27, 42), all(19, 34)],
  },
  {
    name: '[sig-node] Pod InPlace Resize Container guaranteed pods with multiple containers 3 containers - increase cpu & mem on c1, decrease cpu & mem on c2, c3 - net decrease [MinimumKubeletVersion:1.34] [Conformance]',
    from: three,
    to: [all(25, 40), all(17, 32), all(19, 34)],
  },
  {
    name: '[sig-node] Pod InPlace Resize Container guaranteed pods with multiple containers 3 containers - increase: CPU (c1,c3), memory (c2, c3) ; decrease: CPU (c2) [MinimumKubeletVersion:1.34] [Conformance]',
    from: three,
    to: [all(25, 35), all(17, 42), all(29, 44)],
  },
  {
    name: '[sig-node] Pod InPlace Resize Container burstable pods - extended 6 containers - various operations performed (including adding limits and requests) [MinimumKubeletVersion:1.34] [Conformance]',
    from: [{ cpu: '20m' }, { memory: '35Mi' }, { cpu: '20m', memory: '35Mi' }, { cpu: '20m' }, { memory: '35Mi' }, {}],
    to: [
      { cpu: '25m', cpuLimit: '35m' },
      { memory: '30Mi', memoryLimit: '50Mi' },
      { cpu: '20m', memory: '30Mi' },
      { cpu: '15m', memory: '35Mi' },
      { cpu: '20m', memory: '40Mi' },
      { cpu: '20m', memory: '35Mi' },
    ],
    isOneWay: true,
  },
  {
    name: '[sig-node] Pod InPlace Resize Container burstable pods - extended resize with equivalents [MinimumKubeletVersion:1.34] [Conformance]',
    from: [{ cpu: '2m', cpuLimit: '10m' }],
    to: [{ cpu: '1m', cpuLimit: '5m' }],
  },
]

describe('resizing', AT_ONCE, () => {
  for (const { name, from, to, isOneWay } of rows)
    test(name, async () => {
      const pods = await sized(from)
      await resized(pods, to)
      if (!isOneWay) await resized(pods, from)
    })

  test('[sig-node] Pod InPlace Resize Container resize pod via the replace endpoint [MinimumKubeletVersion:1.34] [Conformance]', async () => {
    const pods = await sized([all(20, 35)])
    const changed = [all(25, 40)]
    await pods.change('resized', ({ spec }) => (spec.containers[0].resources = resourcesOf(changed[0] as Size)), 'resize')
    await hasSizes(pods, changed)
    const [whole, part] = await Promise.all([pods.get('resized'), pods.get('resized', 'resize')])
    assert.deepEqual(part, whole)
  })
})
