/** Tests of packing: few slices change, and none is too large. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Endpoint, EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { pack } from './pack.ts'

const PORTS = [{ name: 'http', protocol: 'TCP' as const, port: 80 }]
const OTHER = [{ name: 'http', protocol: 'TCP' as const, port: 81 }]
const endpoint = (name: string, ready = true): Endpoint => ({ addresses: [name], conditions: { ready } })
/** `a b!`: endpoint a is ready, b is not. */
const endpoints = (text: string): Endpoint[] =>
  text
    .split(' ')
    .filter(Boolean)
    .map(one => endpoint(one.replace('!', ''), !one.endsWith('!')))
const slice = (name: string, text: string, ports = PORTS): EndpointSlice =>
  ({ metadata: { name }, addressType: 'IPv4', ports, endpoints: endpoints(text) }) as unknown as EndpointSlice
const shown = (all: readonly Endpoint[]) =>
  all.map(({ addresses, conditions }) => `${addresses.join()}${conditions.ready ? '' : '!'}`).join(' ')

interface Row {
  readonly rule: string
  readonly wanted: string
  readonly existing: readonly EndpointSlice[]
  readonly create?: readonly string[]
  readonly keep?: Readonly<Record<string, string>>
  readonly gone?: readonly string[]
}
const ROWS: readonly Row[] = [
  { rule: 'the first endpoints make a slice', wanted: 'a b', existing: [], create: ['a b'] },
  { rule: 'more than fit make several', wanted: 'a b c d', existing: [], create: ['a b c', 'd'] },
  { rule: 'endpoints stay where they are', wanted: 'c b a', existing: [slice('x', 'a b'), slice('y', 'c')], keep: { x: 'a b', y: 'c' } },
  { rule: 'a changed endpoint changes in place', wanted: 'a! b', existing: [slice('x', 'a b')], keep: { x: 'a! b' } },
  {
    rule: 'new endpoints fill slices that change anyway',
    wanted: 'a! d c',
    existing: [slice('x', 'a b'), slice('y', 'c')],
    keep: { x: 'a! d', y: 'c' },
  },
  {
    rule: 'what is left goes into the fullest slice that has room',
    wanted: 'a b c d',
    existing: [slice('x', 'a'), slice('y', 'b c')],
    keep: { x: 'a', y: 'b c d' },
  },
  {
    rule: 'where no slice has room a new one is made',
    wanted: 'a b c d',
    existing: [slice('x', 'a b c')],
    create: ['d'],
    keep: { x: 'a b c' },
  },
  {
    rule: 'a slice that loses all its endpoints goes',
    wanted: 'a',
    existing: [slice('x', 'a'), slice('y', 'b')],
    keep: { x: 'a' },
    gone: ['y'],
  },
  { rule: 'slices of other ports go', wanted: 'a', existing: [slice('x', 'a', OTHER)], create: ['a'], gone: ['x'] },
  {
    rule: 'an endpoint that stands twice stays once',
    wanted: 'a b',
    existing: [slice('x', 'a'), slice('y', 'a b')],
    keep: { x: 'a', y: 'b' },
  },
]
for (const { rule, wanted, existing, create = [], keep = {}, gone = [] } of ROWS)
  test(`packing: ${rule}`, () => {
    const packing = pack([{ addressType: 'IPv4', ports: PORTS, endpoints: endpoints(wanted) }], existing, 3)
    assert.deepEqual(
      packing.create.map(group => shown(group.endpoints)),
      create,
    )
    assert.deepEqual(Object.fromEntries(packing.keep.map(one => [one.slice.metadata.name, shown(one.endpoints)])), keep)
    assert.deepEqual(
      packing.delete.map(({ metadata }) => metadata.name),
      gone,
    )
  })
