/** Where the tests of one file play: a cluster of their own, started before the first and ended after the last. */
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { Clock } from '#base/clock.ts'
import { httpsTransport } from '#client/https/transport.ts'
import type { Transport } from '#client/transport.ts'
import type { AnyKind } from '#kinds/catalogue.ts'
import { startTestCluster, type TestCluster } from '#test/support/cluster.ts'
import type { RawAnswer, RawOptions } from '#test/support/raw.ts'
import { type Any, type Query, Resource } from './resource.ts'
import { Watching } from './watching.ts'

export interface Stage {
  readonly cluster: TestCluster
  resource(kind: AnyKind, namespace?: string): Resource
  namespace(base: string): Promise<string>
  raw(method: string, path: string, options?: RawOptions): Promise<RawAnswer>
  /** Watches any path, from now on. */
  watch(path: string, query?: Query): Promise<Watching>
  /** The JSON document at a path, asked for over HTTP. */
  document(path: string, accept?: string): Promise<Any>
}

/** A few behaviours ask for a second one. */
const NODES = 2

export function useStage({ clock }: { readonly clock?: Clock } = {}): Stage {
  let cluster: TestCluster | undefined
  const running = () => {
    assert(cluster, 'the cluster runs only while tests do')
    return cluster
  }
  let transport: (Transport & Disposable) | undefined
  before(async () => {
    cluster = await startTestCluster({ simulatedNodes: NODES, ...(clock && { clock }) })
    const { server, pki } = cluster
    transport = httpsTransport({ server, authority: pki.authority.certificate, ...pki.admin })
  })
  after(async () => {
    transport?.[Symbol.dispose]()
    await cluster?.[Symbol.asyncDispose]()
  })
  return {
    get cluster() {
      return running()
    },
    resource: (kind, namespace) => new Resource(transport ?? running().transport, kind, namespace),
    namespace: base => running().namespace(base),
    raw: (method, path, options) => running().raw(method, path, options),
    async watch(path, query = {}) {
      const carrier = transport ?? running().transport
      const { body } = await carrier.send({ method: 'GET', path, query })
      return new Watching(carrier, { path, query: { ...query, resourceVersion: (body as Any).metadata.resourceVersion } })
    },
    async document(path, accept = 'application/json') {
      const { status, text } = await running().raw('GET', path, { headers: { accept } })
      assert.equal(status, 200, `${path}: ${text}`)
      return JSON.parse(text)
    },
  }
}
