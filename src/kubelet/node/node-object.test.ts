/** What the Node object says of a machine. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withExtended } from './node-object.ts'

test('resources that others put on the node stay as they are, and the node tells its own anew', () => {
  const own = { capacity: { cpu: '2', pods: '110' }, allocatable: { cpu: '2', pods: '110' } }
  const told = {
    capacity: { cpu: '1', 'example.com/gpu': '3' },
    allocatable: { cpu: '1', 'example.com/gpu': '3' },
  }
  assert.deepEqual(withExtended(own, told as never), {
    capacity: { cpu: '2', pods: '110', 'example.com/gpu': '3' },
    allocatable: { cpu: '2', pods: '110', 'example.com/gpu': '3' },
  })
})
