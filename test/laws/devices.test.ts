/** Laws of devices, tried with clusters by chance: none is given twice, no counter and no capacity overdrawn, and each claim gets what it wants. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { Node } from '#kinds/core/node.ts'
import type { DeviceClass } from '#kinds/resource/device-class.ts'
import type { AllocationResult } from '#kinds/resource/allocation.ts'
import type { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import type { ResourceSlice } from '#kinds/resource/resource-slice.ts'
import { allocate } from '#scheduler/devices/allocate.ts'
import { allocationOf } from '#scheduler/devices/outcome.ts'
import { NO_DEVICES } from '#scheduler/devices/sight.ts'
import { Taken } from '#scheduler/devices/taken.ts'

const HISTORIES = 300
const WHOLE = 8
const deviceParts = fc.record({
  size: fc.integer({ min: 1, max: 3 }),
  draws: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
  shares: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined, freq: 3 }),
})
const requestParts = fc.record({
  count: fc.integer({ min: 1, max: 2 }),
  min: fc.integer({ min: 1, max: 3 }),
  otherwise: fc.boolean(),
})
const history = fc.record({
  nodes: fc.array(fc.array(deviceParts, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 }),
  claims: fc.array(
    fc.record({
      requests: fc.array(requestParts, { minLength: 1, maxLength: 2 }),
      agree: fc.boolean(),
      node: fc.nat(),
      /** Which earlier claim is given back before. */
      gives: fc.option(fc.nat(), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 12 },
  ),
})
type Parts<A> = A extends fc.Arbitrary<infer T> ? T : never

const sliceOf = (devices: readonly Parts<typeof deviceParts>[], i: number): readonly ResourceSlice[] =>
  [
    {
      metadata: { name: `counters-${i}` },
      spec: { sharedCounters: [{ name: 'whole', counters: { parts: { value: String(WHOLE) } } }], devices: [] },
    },
    {
      metadata: { name: `devices-${i}` },
      spec: {
        devices: devices.map(({ size, draws, shares }, at) => ({
          name: `d${at}`,
          attributes: { size: { int: size } },
          ...(draws && { consumesCounters: [{ counterSet: 'whole', counters: { parts: { value: String(draws) } } }] }),
          ...(shares && { allowMultipleAllocations: true, capacity: { room: { value: String(shares) } } }),
        })),
      },
    },
  ].map(({ metadata, spec }) => ({
    metadata,
    spec: { driver: 'drv', nodeName: `n${i}`, pool: { name: `n${i}`, generation: 1, resourceSliceCount: 2 }, ...spec },
  })) as unknown as readonly ResourceSlice[]
const claimOf = ({ requests, agree }: Parts<typeof history>['claims'][number], i: number) =>
  ({
    metadata: { name: `c${i}`, namespace: 'd', uid: `c${i}` },
    spec: {
      devices: {
        requests: requests.map(({ count, min, otherwise }, at) => {
          const exact = {
            deviceClassName: 'k',
            allocationMode: 'ExactCount',
            count,
            selectors: [{ cel: { expression: `device.attributes["drv"].size >= ${min}` } }],
          }
          const less = { ...exact, name: 'less', count: 1, selectors: [] }
          return { name: `r${at}`, ...(otherwise ? { firstAvailable: [{ ...exact, name: 'more' }, less] } : { exactly: exact }) }
        }),
        ...(agree && { constraints: [{ matchAttribute: 'drv/size' }] }),
      },
    },
    status: {},
  }) as unknown as ResourceClaim

/** Reckoned anew from the rules, without anything of the scheduler's own. */
function breaches(slices: readonly ResourceSlice[], held: readonly AllocationResult[]): readonly string[] {
  const results = held.flatMap(({ devices }) => devices?.results ?? [])
  const found: string[] = []
  const drawn = new Map<string, number>()
  for (const { spec } of slices)
    for (const device of spec.devices ?? []) {
      const users = results.filter(({ pool, device: name }) => pool === spec.pool.name && name === device.name)
      const isShared = device.allowMultipleAllocations === true
      if (!isShared && users.length > 1) found.push(`${spec.pool.name}/${device.name} was given ${users.length} times`)
      const used = users.reduce((sum, { consumedCapacity }) => sum + Number(consumedCapacity?.['room'] ?? 0), 0)
      if (isShared && used > Number(device.capacity?.['room']?.value)) found.push(`${device.name} has no room for ${used}`)
      const draws = Number(device.consumesCounters?.[0]?.counters['parts']?.value ?? 0)
      if (users.length) drawn.set(spec.pool.name, (drawn.get(spec.pool.name) ?? 0) + draws)
    }
  for (const [pool, sum] of drawn) if (sum > WHOLE) found.push(`${sum} parts of ${WHOLE} were drawn from ${pool}`)
  return found
}

test('whatever comes and goes, nothing is given twice', () =>
  fc.assert(
    fc.property(history, ({ nodes, claims }) => {
      const slices = nodes.flatMap(sliceOf)
      const taken = new Taken()
      const held = new Map<string, ResourceClaim>()
      const devices = {
        ...NO_DEVICES,
        slices: () => slices,
        deviceClass: () => ({ metadata: { name: 'k' }, spec: {} }) as unknown as DeviceClass,
        taken,
      }
      for (const [i, parts] of claims.entries()) {
        const given = parts.gives === undefined ? undefined : [...held][parts.gives % Math.max(1, held.size)]
        if (given) {
          taken.remove(given[1])
          held.delete(given[0])
        }
        const claim = claimOf(parts, i)
        const name = `n${parts.node % nodes.length}`
        const node = { metadata: { name, labels: {} }, spec: {}, status: {} } as unknown as Node
        const { choices } = allocate([claim], node, devices)
        if (!choices) continue
        const allocation = allocationOf(claim, choices, { node: name, shareId: () => `${i}` })
        const allocated = { ...claim, status: { allocation } } as unknown as ResourceClaim
        taken.add(allocated)
        held.set(`c${i}`, allocated)
        const results = allocation.devices?.results ?? []
        assert.ok(
          results.every(({ pool }) => pool === name),
          'devices of the node alone',
        )
        if (parts.agree) {
          const size = (device: string) =>
            slices.flatMap(({ spec }) => (spec.pool.name === name ? (spec.devices ?? []) : [])).find(each => each.name === device)
              ?.attributes?.['size']?.int
          assert.ok(new Set(results.map(({ device }) => size(device))).size <= 1, 'devices that agree')
        }
        for (const [at, { count, otherwise }] of parts.requests.entries()) {
          const own = results.filter(({ request }) => request.split('/')[0] === `r${at}`)
          assert.ok(own.length === count || (otherwise && own.length === 1), 'as many as are wanted')
        }
        assert.deepEqual(
          breaches(
            slices,
            [...held.values()].flatMap(({ status }) => status.allocation ?? []),
          ),
          [],
        )
      }
    }),
    { numRuns: HISTORIES },
  ))
