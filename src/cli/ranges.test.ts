/** Rules by which a cluster gets its address ranges. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freeRanges } from './ranges.ts'

const first = { podCidr: '10.42.0.0/16', serviceCidr: '10.43.0.0/16' }
const rows: [rule: string, others: Parameters<typeof freeRanges>[0], routes: readonly string[], podCidr: string][] = [
  ['the first cluster gets the first pair', [], [], '10.42.0.0/16'],
  ['the second cluster gets the second pair', [first], [], '10.44.0.0/16'],
  ['a route of the machine into either range moves on', [], ['10.43.7.0/24'], '10.44.0.0/16'],
  ['other routes do not matter', [], ['192.0.2.0/24', '10.1.0.0/16'], '10.42.0.0/16'],
]
for (const [rule, others, routes, podCidr] of rows) test(rule, () => assert.equal(freeRanges(others, routes).podCidr, podCidr))
