/** What the containers of a node tell of their pods is what the pods' own specifications said. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pod } from '#kinds/core/pod.ts'
import { containerAnnotations, containerLabels } from '../runtime/labels.ts'
import { runningPods } from './running-pods.ts'

const preStop = { httpGet: { path: '/bye', port: 'web' } }
const ports = [{ name: 'web', containerPort: 80, protocol: 'TCP' }]
const pod = {
  metadata: { name: 'p', namespace: 'n', uid: 'u' },
  spec: {
    priority: 7,
    terminationGracePeriodSeconds: 12,
    initContainers: [{ name: 'setup' }, { name: 'proxy', restartPolicy: 'Always' }, { name: 'logs', restartPolicy: 'Always' }],
    // Restarted always, as sidecars are, and yet none.
    containers: [{ name: 'c', restartPolicy: 'Always', lifecycle: { preStop }, ports }],
  },
} as unknown as Pod
const listed = (name: string) => {
  const container = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(one => one.name === name)
  assert(container)
  return { id: name, podSandboxId: 's', labels: containerLabels(pod, container), annotations: containerAnnotations(pod, container, 0) }
}

test('containers of one pod are one pod, with its priority and grace, hooks, ports and the order of its sidecars', () => {
  const [seen, ...others] = runningPods(['logs', 'c', 'proxy'].map(listed), { graceSeconds: 30 })
  assert.deepEqual(others, [])
  const container = { sandboxId: 's', preStop: undefined, ports: [] }
  assert.deepEqual(seen, {
    priority: 7,
    graceSeconds: 12,
    containers: [
      { ...container, id: 'logs', sidecarRank: 1 },
      { id: 'c', sandboxId: 's', sidecarRank: undefined, preStop, ports },
      { ...container, id: 'proxy', sidecarRank: 0 },
    ],
  })
})
test('a container that tells nothing is a pod by itself', () => {
  const bare = { id: 'x', podSandboxId: 's', labels: {}, annotations: {} }
  const other = { ...bare, id: 'y' }
  assert.deepEqual(
    runningPods([bare, other], { graceSeconds: 30 }).map(({ priority, graceSeconds, containers }) => [
      priority,
      graceSeconds,
      containers.map(({ id }) => id),
    ]),
    [
      [0, 30, ['x']],
      [0, 30, ['y']],
    ],
  )
})
