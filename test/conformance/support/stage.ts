/** Where the tests of one file play: a cluster of their own, started before the first and ended after the last. */
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { AnyKind } from '#kinds/catalogue.ts'
import { type RawAnswer, type RawOptions, startTestCluster, type TestCluster } from '#test/support/cluster.ts'
import { type Any, Resource } from './resource.ts'

export interface Stage {
  readonly cluster: TestCluster
  resource(kind: AnyKind, namespace?: string): Resource
  namespace(base: string): Promise<string>
  raw(method: string, path: string, options?: RawOptions): Promise<RawAnswer>
  /** The JSON document at a path, asked for over HTTP. */
  document(path: string, accept?: string): Promise<Any>
}

export function useStage(): Stage {
  let cluster: TestCluster | undefined
  const running = () => {
    assert(cluster, 'the cluster runs only while tests do')
    return cluster
  }
  before(async () => void (cluster = await startTestCluster()))
  after(async () => await cluster?.[Symbol.asyncDispose]())
  return {
    get cluster() {
      return running()
    },
    resource: (kind, namespace) => new Resource(running().transport, kind, namespace),
    namespace: base => running().namespace(base),
    raw: (method, path, options) => running().raw(method, path, options),
    async document(path, accept = 'application/json') {
      const { status, text } = await running().raw('GET', path, { headers: { accept } })
      assert.equal(status, 200, `${path}: ${text}`)
      return JSON.parse(text)
    },
  }
}
