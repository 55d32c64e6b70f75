/** What a pod is told about itself in files: downward API volumes, of their own and projected. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { milliValue, quantityValue } from '#schema/quantity.ts'
import { repeat, shell, useNodeStage } from '../support/node-stage.ts'
import type { Any } from '../support/resource.ts'

const stage = useNodeStage()

type Wrap = (source: { readonly items: readonly Any[]; readonly defaultMode?: number }) => Any
const own: Wrap = downwardAPI => ({ downwardAPI })
const projected: Wrap = ({ items, ...mode }) => ({ projected: { ...mode, sources: [{ downwardAPI: { items } }] } })

const FILE = '/etc/podinfo/fact'
const podName = { path: 'fact', fieldRef: { fieldPath: 'metadata.name' } }
const resource = (name: string) => ({ path: 'fact', resourceFieldRef: { containerName: 'reads', resource: name } })

interface Case {
  readonly item: Any
  readonly defaultMode?: number
  readonly resources?: object
  readonly script?: string
  readonly expected: (said: string) => Promise<void> | void
}
const says = (text: string) => (said: string) => assert.equal(said, text)
const resources = { requests: { cpu: '250m', memory: '32Mi' }, limits: { cpu: '1250m', memory: '64Mi' } }
const mode = `stat -L -c %A ${FILE}`

async function allocatable(): Promise<Record<string, string>> {
  const { items } = await stage.resource(Node).list()
  return items[0].status.allocatable
}
const cases = {
  podname: { item: podName, expected: says('facts') },
  defaultMode: { item: podName, defaultMode: 0o400, script: mode, expected: says('-r--------\n') },
  itemMode: { item: { ...podName, mode: 0o400 }, script: mode, expected: says('-r--------\n') },
  cpuLimit: { item: resource('limits.cpu'), resources, expected: says('2') },
  memoryLimit: { item: resource('limits.memory'), resources, expected: says('67108864') },
  cpuRequest: { item: resource('requests.cpu'), resources, expected: says('1') },
  memoryRequest: { item: resource('requests.memory'), resources, expected: says('33554432') },
  nodeCpu: {
    item: resource('limits.cpu'),
    expected: async said => assert.equal(Number(said), Math.ceil(milliValue((await allocatable())['cpu'] ?? '') / 1000)),
  },
  nodeMemory: {
    item: resource('limits.memory'),
    expected: async said => assert.equal(Number(said), quantityValue((await allocatable())['memory'] ?? '')),
  },
} satisfies Record<string, Case>

async function tells(wrap: Wrap, { item, defaultMode, resources: wanted, script = `cat ${FILE}`, expected }: Case): Promise<void> {
  const namespace = await stage.namespace('facts')
  const said = await stage.output(namespace, {
    metadata: { name: 'facts' },
    spec: {
      restartPolicy: 'Never',
      volumes: [{ name: 'podinfo', ...wrap({ items: [item], ...(defaultMode !== undefined && { defaultMode }) }) }],
      containers: [
        shell('reads', script, { volumeMounts: [{ name: 'podinfo', mountPath: '/etc/podinfo' }], ...(wanted && { resources: wanted }) }),
      ],
    },
  })
  await expected(said)
}
const facts: readonly (readonly [string, Wrap, Case])[] = [
  ['[sig-storage] Downward API volume should provide podname only [Conformance] [NodeConformance]', own, cases.podname],
  ['[sig-storage] Downward API volume should set DefaultMode on files [LinuxOnly] [Conformance] [NodeConformance]', own, cases.defaultMode],
  ['[sig-storage] Downward API volume should set mode on item file [LinuxOnly] [Conformance] [NodeConformance]', own, cases.itemMode],
  ["[sig-storage] Downward API volume should provide container's cpu limit [Conformance] [NodeConformance]", own, cases.cpuLimit],
  ["[sig-storage] Downward API volume should provide container's memory limit [Conformance] [NodeConformance]", own, cases.memoryLimit],
  ["[sig-storage] Downward API volume should provide container's cpu request [Conformance] [NodeConformance]", own, cases.cpuRequest],
  ["[sig-storage] Downward API volume should provide container's memory request [Conformance] [NodeConformance]", own, cases.memoryRequest],
  [
    '[sig-storage] Downward API volume should provide node allocatable (cpu) as default cpu limit if the limit is not set [Conformance] [NodeConformance]',
    own,
    cases.nodeCpu,
  ],
  [
    '[sig-storage] Downward API volume should provide node allocatable (memory) as default memory limit if the limit is not set [Conformance] [NodeConformance]',
    own,
    cases.nodeMemory,
  ],
  ['[sig-storage] Projected downwardAPI should provide podname only [Conformance] [NodeConformance]', projected, cases.podname],
  [
    '[sig-storage] Projected downwardAPI should set DefaultMode on files [LinuxOnly] [Conformance] [NodeConformance]',
    projected,
    cases.defaultMode,
  ],
  [
    '[sig-storage] Projected downwardAPI should set mode on item file [LinuxOnly] [Conformance] [NodeConformance]',
    projected,
    cases.itemMode,
  ],
  ["[sig-storage] Projected downwardAPI should provide container's cpu limit [Conformance] [NodeConformance]", projected, cases.cpuLimit],
  [
    "[sig-storage] Projected downwardAPI should provide container's memory limit [Conformance] [NodeConformance]",
    projected,
    cases.memoryLimit,
  ],
  [
    "[sig-storage] Projected downwardAPI should provide container's cpu request [Conformance] [NodeConformance]",
    projected,
    cases.cpuRequest,
  ],
  [
    "[sig-storage] Projected downwardAPI should provide container's memory request [Conformance] [NodeConformance]",
    projected,
    cases.memoryRequest,
  ],
  [
    '[sig-storage] Projected downwardAPI should provide node allocatable (cpu) as default cpu limit if the limit is not set [Conformance] [NodeConformance]',
    projected,
    cases.nodeCpu,
  ],
  [
    '[sig-storage] Projected downwardAPI should provide node allocatable (memory) as default memory limit if the limit is not set [Conformance] [NodeConformance]',
    projected,
    cases.nodeMemory,
  ],
]

interface Change {
  readonly part: 'labels' | 'annotations'
  readonly before: Record<string, string>
  readonly change: readonly [string, string]
}
async function follows(wrap: Wrap, { part, before, change: [key, value] }: Change): Promise<void> {
  const namespace = await stage.namespace('changes')
  const pods = stage.resource(Pod, namespace)
  const fieldRef = { fieldPath: `metadata.${part}` }
  await pods.create({
    metadata: { name: 'follows', [part]: before },
    spec: {
      terminationGracePeriodSeconds: 0,
      volumes: [{ name: 'podinfo', ...wrap({ items: [{ path: 'fact', fieldRef }] }) }],
      containers: [shell('reads', repeat(FILE), { volumeMounts: [{ name: 'podinfo', mountPath: '/etc/podinfo' }] })],
    },
  })
  for (const [name, text] of Object.entries(before)) await stage.written(namespace, 'follows', new RegExp(`^${name}="${text}"$`, 'm'))
  await pods.change('follows', draft => (draft.metadata[part][key] = value))
  await stage.written(namespace, 'follows', new RegExp(`^${key}="${value}"$`, 'm'))
}
const labels: Change = { part: 'labels', before: { key1: 'value1', key2: 'value2' }, change: ['key3', 'value3'] }
const annotations: Change = { part: 'annotations', before: { builder: 'bar' }, change: ['builder', 'foo'] }
const changes: readonly (readonly [string, Wrap, Change])[] = [
  ['[sig-storage] Downward API volume should update labels on modification [Conformance] [NodeConformance]', own, labels],
  ['[sig-storage] Downward API volume should update annotations on modification [Conformance] [NodeConformance]', own, annotations],
  ['[sig-storage] Projected downwardAPI should update labels on modification [Conformance] [NodeConformance]', projected, labels],
  ['[sig-storage] Projected downwardAPI should update annotations on modification [Conformance] [NodeConformance]', projected, annotations],
]

describe('pod facts as files', { concurrency: 4 }, () => {
  for (const [name, wrap, row] of facts) test(name, () => tells(wrap, row))
  for (const [name, wrap, row] of changes) test(name, () => follows(wrap, row))
})
