/** What extenders are asked, and what comes of their answers. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLog } from '#base/log.ts'
import type { Node } from '#kinds/core/node.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { Extender } from '#kinds/scheduler-configuration/extender.ts'
import { type Ask, Extenders } from './extenders.ts'
import { nodeInfo, nodeName, type Snapshot } from './snapshot.ts'

const podOf = (uid: string, requests: object = {}) =>
  ({
    metadata: { name: uid, namespace: 'd', uid },
    spec: { containers: [{ name: 'c', resources: { requests } }] },
    status: {},
  }) as unknown as Pod
const subject = podOf('p', { 'example.com/gpu': '1' })
const victim = podOf('v')
const nodes = ['a', 'b', 'c'].map(name => nodeInfo({ metadata: { name }, status: {} } as unknown as Node, name === 'a' ? [victim] : []))
const all = { feasible: nodes, found: new Map() }
const candidates = ['a', 'b'].map(node => ({ node, pods: [victim], violations: 1 }))

const extender = (parts: Partial<Extender>): Extender => ({ urlPrefix: 'http://x/', ...parts })
const filter = extender({ filterVerb: 'filter', nodeCacheCapable: true })
/** What is asked is noted; answers are given by verb. */
function withAnswers(extenders: readonly Extender[], answers: Readonly<Record<string, unknown>>) {
  const asked: { readonly verb: string; readonly body: Readonly<Record<string, unknown>> }[] = []
  const ask: Ask = async (_, verb, body) => {
    asked.push({ verb, body: body as Readonly<Record<string, unknown>> })
    const answer = answers[verb]
    if (answer instanceof Error) throw answer
    return answer
  }
  return { asked, extenders: new Extenders(extenders, ask, silentLog) }
}
async function filtering(extenders: readonly Extender[], answers: Readonly<Record<string, unknown>>, pod = subject) {
  const { extenders: all3 } = withAnswers(extenders, answers)
  const { feasible, found } = await all3.filter(pod, all)
  return [
    feasible.map(nodeName).join(),
    ...[...found].map(([name, { reasons, plugin }]) => `${name} ${reasons.join()} ${plugin.evictionHelps?.(pod, nodes[0] as never, [])}`),
  ].join('; ')
}

const broken = new Error('connect ECONNREFUSED')
const rows: readonly [rule: string, extenders: readonly Extender[], answers: Readonly<Record<string, unknown>>, left: string][] = [
  ['names that are kept', [filter], { filter: { NodeNames: ['b'] } }, 'b'],
  ['names of members in another case', [filter], { filter: { nodenames: ['b', 'c'], failedNodes: { a: 'no gpu' } } }, 'b,c; a no gpu true'],
  [
    'where no eviction would help',
    [filter],
    { filter: { NodeNames: [], FailedNodes: { a: 'x' }, FailedAndUnresolvableNodes: { a: 'y' } } },
    '; a y false',
  ],
  ['whole nodes', [extender({ filterVerb: 'filter' })], { filter: { Nodes: { items: [{ metadata: { name: 'c' } }] } } }, 'c'],
  ['one without the verb', [extender({ prioritizeVerb: 'p' })], {}, 'a,b,c'],
  ['one that fails and may', [extender({ filterVerb: 'filter', ignorable: true })], { filter: broken }, 'a,b,c'],
  ['one that has no say', [extender({ filterVerb: 'filter', managedResources: [{ name: 'example.com/nic' }] })], {}, 'a,b,c'],
  ['one that has', [extender({ ...filter, managedResources: [{ name: 'example.com/gpu' }] })], { filter: { NodeNames: ['a'] } }, 'a'],
  [
    'the next is asked about what is left',
    [filter, extender({ filterVerb: 'second' })],
    { filter: { NodeNames: ['a', 'b'] }, second: { Nodes: { items: [{ metadata: { name: 'b' } }] } } },
    'b',
  ],
]
for (const [rule, extenders, answers, left] of rows)
  test(`extenders filter: ${rule}`, async () => assert.equal(await filtering(extenders, answers), left))

test('extenders filter: failures that count', async () => {
  await assert.rejects(filtering([filter], { filter: broken }), broken)
  await assert.rejects(filtering([filter], { filter: { Error: 'no licence' } }), { message: 'no licence' })
  await assert.rejects(filtering([filter], { filter: { NodeNames: ['z'] } }), {
    message: 'extender "http://x/" claims a filtered node "z" which is not found in the input node list',
  })
})
test('extenders are told names or whole nodes', async () => {
  const { asked, extenders } = withAnswers([filter, extender({ filterVerb: 'whole' })], { filter: { NodeNames: ['a', 'b'] }, whole: {} })
  await extenders.filter(subject, all)
  assert.deepEqual(
    asked.map(({ body }) => [body['Nodes'], body['NodeNames']]),
    [
      [null, ['a', 'b', 'c']],
      [{ metadata: {}, items: nodes.slice(0, 2).map(({ node }) => node) }, null],
    ],
  )
})
test('extenders compare: scores count by weight, ten times; who fails adds nothing', async () => {
  const { extenders } = withAnswers([extender({ prioritizeVerb: 'p', weight: 2 }), extender({ prioritizeVerb: 'q', weight: 1 })], {
    p: [{ Host: 'b', Score: 5 }],
    q: broken,
  })
  assert.deepEqual(await extenders.points(subject, nodes), [0, 100, 0])
})
test('extenders on who makes room: what they leave counts', async () => {
  const { asked, extenders } = withAnswers([extender({ preemptVerb: 'preempt', nodeCacheCapable: true })], {
    preempt: { NodeNameToMetaVictims: { a: { Pods: [{ UID: 'v' }], NumPDBViolations: 0 } } },
  })
  const snapshot = { nodes } as unknown as Snapshot
  assert.deepEqual(await extenders.preempt(subject, candidates, snapshot), [{ node: 'a', pods: [victim], violations: 0 }])
  const victims = { Pods: [{ UID: 'v' }], NumPDBViolations: 1 }
  assert.deepEqual(asked[0]?.body, { Pod: subject, NodeNameToVictims: null, NodeNameToMetaVictims: { a: victims, b: victims } })
  const empty = withAnswers([extender({ preemptVerb: 'preempt' })], { preempt: { NodeNameToMetaVictims: { a: { Pods: [] } } } })
  await assert.rejects(empty.extenders.preempt(subject, candidates, snapshot), { message: 'expected at least one victim pod on node "a"' })
})
test('extenders bind, or say why not', async () => {
  const binder = extender({ bindVerb: 'bind' })
  const { asked, extenders } = withAnswers([binder], { bind: {} })
  assert.equal(await extenders.bind(subject, 'a'), true)
  assert.deepEqual(asked[0]?.body, { PodName: 'p', PodNamespace: 'd', PodUID: 'p', Node: 'a' })
  await assert.rejects(withAnswers([binder], { bind: { Error: 'too late' } }).extenders.bind(subject, 'a'), { message: 'too late' })
  assert.equal(await withAnswers([filter], {}).extenders.bind(subject, 'a'), false)
})
