/** Where tests on real containers play: a whole cluster with this machine as its node, one for all tests of a file. */
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { AnyKind } from '#kinds/catalogue.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'
import { joinSecondNode } from '#test/support/second-node.ts'
import type { TestImage } from '../../node/images.ts'
import { Resource } from './resource.ts'

export interface Machine {
  readonly cluster: NodeCluster
  resource(kind: AnyKind, namespace?: string): Resource
  namespace(base: string): Promise<string>
}

export interface MachineOptions {
  readonly images?: readonly TestImage[]
  /** One, or two: a few behaviours ask for a second one. */
  readonly nodes?: 1 | 2
}
export function useMachine({ images = ['busybox'], nodes = 1 }: MachineOptions = {}): Machine {
  const stack = new AsyncDisposableStack()
  let cluster: NodeCluster | undefined
  let made = 0
  const running = () => {
    assert(cluster, 'the cluster runs only while tests do')
    return cluster
  }
  before(async () => {
    cluster = stack.use(await startNodeCluster(images))
    if (nodes === 2) stack.use(await joinSecondNode(cluster, images))
  })
  after(() => stack[Symbol.asyncDispose]())
  return {
    get cluster() {
      return running()
    },
    resource: (kind, namespace) => new Resource(running().client.transport, kind, namespace),
    namespace: base => running().namespace(`${base}-${++made}`),
  }
}
