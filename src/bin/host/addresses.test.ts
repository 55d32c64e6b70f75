/** Where others find this machine. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reachableAt } from './addresses.ts'

for (const [rule, families, addresses, machine] of [
  [
    'at each address; the main one of each family',
    [['192.0.2.2', '10.0.0.1'], ['fd00::2']],
    ['192.0.2.2', '10.0.0.1', 'fd00::2'],
    ['192.0.2.2', 'fd00::2'],
  ],
  ['in the family that it has', [[], ['fd00::2']], ['fd00::2'], ['fd00::2']],
  ['without a network at what it answers for its pods, so that a cluster starts offline as well', [[]], ['10.43.0.10'], ['10.43.0.10']],
] as const)
  test(`the machine is found ${rule}`, () => assert.deepEqual(reachableAt(families, '10.43.0.10'), { addresses, machine }))
