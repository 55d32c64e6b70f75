/** Where tests on real containers play: a cluster with this machine as its node, for all tests of a file. */
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { AnyKind } from '#kinds/catalogue.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'
import type { TestImage } from '../../node/images.ts'
import { eventually } from './eventually.ts'
import { type Any, Resource } from './resource.ts'

export interface NodeStage {
  readonly cluster: NodeCluster
  resource(kind: AnyKind, namespace?: string): Resource
  /** A namespace of its own for each call. */
  namespace(base: string): Promise<string>
  /** Runs a pod to its end, which must be a good one, and gives what its first container wrote. */
  output(namespace: string, pod: Any): Promise<string>
  /** Waits until a container has written what `expected` matches. */
  written(namespace: string, pod: string, expected: RegExp, container?: string): Promise<void>
}
/** Containers start within a second or two; this much only a machine under heavy load needs. */
const TIMEOUT_MS = 60_000

/** A few behaviours ask for a second node: what `knarr up --nodes 2` starts. */
export function useNodeStage(images?: readonly TestImage[], { nodes = 1 }: { readonly nodes?: 1 | 2 } = {}): NodeStage {
  const stack = new AsyncDisposableStack()
  let running: NodeCluster | undefined
  let namespaces = 0
  before(async () => {
    running = stack.use(await startNodeCluster(images, () => ({ nodes })))
  })
  after(() => stack?.[Symbol.asyncDispose]())
  const cluster = () => {
    assert(running, 'the cluster runs only while tests do')
    return running
  }
  const resource = (kind: AnyKind, namespace?: string) => new Resource(cluster().client.transport, kind, namespace)
  const log = async (namespace: string, name: string, container?: string) => {
    const path = resource(Pod, namespace).path(name, 'log')
    return String((await cluster().client.transport.send({ method: 'GET', path, query: container ? { container } : {} })).body)
  }
  return {
    get cluster() {
      return cluster()
    },
    resource,
    namespace: base => cluster().namespace(`${base}-${++namespaces}`),
    async output(namespace, pod) {
      const { metadata } = await resource(Pod, namespace).create(pod)
      const ended = await cluster().until(namespace, metadata.name, seen => seen && isTerminal(seen), TIMEOUT_MS)
      const text = await log(namespace, metadata.name, pod.spec.containers[0].name)
      assert.equal(ended?.status.phase, 'Succeeded', `${JSON.stringify(ended?.status)}: ${text}`)
      return text
    },
    written: async (namespace, pod, expected, container) => {
      await eventually(async () => assert.match(await log(namespace, pod, container), expected), { timeoutMs: TIMEOUT_MS })
    },
  }
}

/** A container of busybox that runs a shell script. */
export const shell = (name: string, script: string, more: object = {}): Any => ({
  name,
  image: 'busybox',
  imagePullPolicy: 'IfNotPresent',
  command: ['sh', '-c', script],
  ...more,
})
/** Writes a file, or why it cannot be read, again and again. */
export const repeat = (file: string): string => `while true; do cat ${file}; echo; sleep 0.2; done 2>&1`
