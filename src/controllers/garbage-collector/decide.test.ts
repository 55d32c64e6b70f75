/** Rules of garbage collection. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyObject } from '#client/discovery.ts'
import { decide, type OwnerState, type Plan } from './decide.ts'
import { Graph, type Vertex } from './graph.ts'

interface Parts {
  readonly owners?: readonly string[]
  readonly deleting?: boolean
  readonly finalizers?: readonly string[]
  readonly blocks?: boolean
}
const vertex = (uid: string, { owners = [], deleting = false, finalizers = [], blocks = false }: Parts = {}): Vertex => ({
  kind: undefined as never,
  object: {
    metadata: {
      uid,
      name: uid,
      finalizers,
      ...(deleting && { deletionTimestamp: '2030-01-01T00:00:00Z' }),
      ownerReferences: owners.map(owner => ({ apiVersion: 'v1', kind: 'Pod', name: owner, uid: owner, blockOwnerDeletion: blocks })),
    },
  } as unknown as AnyObject,
})
const child = vertex('child', { owners: ['x'] })
const blocking = vertex('child', { owners: ['x'], blocks: true })

const rows: [rule: string, vertex: Vertex, owners: Record<string, OwnerState>, dependents: readonly Vertex[], plan: Plan][] = [
  ['an object without owners is nobody’s business', vertex('x'), {}, [], { do: 'nothing' }],
  ['an owner that stands keeps the object', vertex('x', { owners: ['a'] }), { a: 'solid' }, [], { do: 'nothing' }],
  [
    'when the only owner is gone the object goes',
    vertex('x', { owners: ['a'] }),
    { a: 'gone' },
    [],
    { do: 'delete', propagation: 'Background' },
  ],
  [
    'while one owner stands the lost ones are disowned',
    vertex('x', { owners: ['a', 'b'] }),
    { a: 'solid', b: 'gone' },
    [],
    { do: 'disown', owners: ['b'] },
  ],
  [
    'an owner that waits for us counts as lost when another stands',
    vertex('x', { owners: ['a', 'b'] }),
    { a: 'solid', b: 'waiting' },
    [],
    { do: 'disown', owners: ['b'] },
  ],
  [
    'below a waiting owner, what has dependents lets them go first',
    vertex('x', { owners: ['a'] }),
    { a: 'waiting' },
    [child],
    { do: 'delete', propagation: 'Foreground' },
  ],
  [
    'what holds up its owner while its own dependent waits may close a circle: it lets the owner go',
    vertex('x', { owners: ['a'], blocks: true }),
    { a: 'waiting' },
    [vertex('child', { owners: ['x'], blocks: true, deleting: true, finalizers: ['foregroundDeletion'] })],
    { do: 'unblock' },
  ],
  [
    'a circle that is open goes round',
    vertex('x', { owners: ['a'] }),
    { a: 'waiting' },
    [vertex('child', { owners: ['x'], blocks: true, deleting: true, finalizers: ['foregroundDeletion'] })],
    { do: 'delete', propagation: 'Foreground' },
  ],
  [
    'below a waiting owner, what has no dependents goes at once',
    vertex('x', { owners: ['a'] }),
    { a: 'waiting' },
    [],
    { do: 'delete', propagation: 'Background' },
  ],
  [
    'its own finalizer decides how it goes',
    vertex('x', { owners: ['a'], finalizers: ['orphan'] }),
    { a: 'gone' },
    [],
    { do: 'delete', propagation: 'Orphan' },
  ],
  [
    'a namespaced owner of a cluster-wide object is never acted upon',
    vertex('x', { owners: ['a'] }),
    { a: 'misplaced' },
    [],
    { do: 'nothing' },
  ],
  [
    'a deletion in the foreground waits for those who block it',
    vertex('x', { deleting: true, finalizers: ['foregroundDeletion'] }),
    {},
    [blocking],
    { do: 'nothing' },
  ],
  [
    'a deletion in the foreground does not wait for those who do not',
    vertex('x', { deleting: true, finalizers: ['foregroundDeletion'] }),
    {},
    [child],
    { do: 'release', finalizer: 'foregroundDeletion' },
  ],
  [
    'a deletion that orphans first frees the dependents',
    vertex('x', { deleting: true, finalizers: ['orphan'] }),
    {},
    [child],
    { do: 'orphan', dependents: [child] },
  ],
  [
    'what is already being deleted is left to its finalizers',
    vertex('x', { deleting: true, owners: ['a'], finalizers: ['mine'] }),
    { a: 'gone' },
    [],
    { do: 'nothing' },
  ],
]
for (const [rule, subject, owners, dependents, plan] of rows)
  test(rule, () => assert.deepEqual(decide({ vertex: subject, owners: new Map(Object.entries(owners)), dependents }), plan))

test('the graph names who deserves a look when an owner goes', () => {
  const graph = new Graph()
  graph.put(vertex('a'))
  graph.put(vertex('b', { owners: ['a'] }))
  assert.deepEqual(graph.remove('a'), ['b'])
  assert.deepEqual(graph.remove('b'), [])
})
test('the graph wakes an owner that is going when a dependent is disowned or gone', () => {
  const graph = new Graph()
  graph.put(vertex('a', { deleting: true }))
  for (const dependent of ['b', 'c']) graph.put(vertex(dependent, { owners: ['a'] }))
  assert.deepEqual(graph.put(vertex('b')), ['b', 'a'])
  assert.deepEqual(graph.remove('c'), ['a'])
  assert.deepEqual(graph.dependentsOf('a'), [])
})
test('an owner that stays is not woken, and nobody by a change of other things', () => {
  const graph = new Graph()
  graph.put(vertex('a'))
  assert.deepEqual(graph.put(vertex('b', { owners: ['a'] })), ['b'])
  assert.deepEqual(graph.put(vertex('b', { owners: ['a'] })), [])
  assert.deepEqual(graph.put(vertex('b')), ['b'])
})
