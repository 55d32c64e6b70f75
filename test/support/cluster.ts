/** A cluster for tests: the whole control plane in this process, on the memory store, reachable over HTTPS as well. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { assembleControlPlane, type ControlPlane } from '#bin/control-plane.ts'
import { openPki, type Pki } from '#bin/pki.ts'
import { startSimulated } from '#bin/simulated.ts'
import { kubeconfigOf } from '#client/kubeconfig.ts'
import type { Client, Transport } from '#client/transport.ts'
import { Namespace } from '#kinds/core/namespace.ts'
import { openMemory } from '#store/engines/memory/engine.ts'
import { type KubectlVersion, NEWEST, type ProgramOptions, type ProgramResult, programPath, runProgram } from './kubectl.ts'
import { type RawAnswer, type RawOptions, rawRequest } from './raw.ts'

export interface TestCluster extends AsyncDisposable {
  /** A client with all rights. */
  readonly client: Client
  readonly transport: Transport
  readonly plane: ControlPlane
  readonly pki: Pki
  /** `https://127.0.0.1:port` */
  readonly server: string
  /** A file with the admin's credentials. */
  readonly kubeconfig: string
  /** A folder that goes with the cluster. */
  readonly folder: string
  /** Makes a namespace of its own for a test, named after it. */
  namespace(base: string): Promise<string>
  /** Runs real kubectl as the admin. */
  kubectl(args: readonly string[], options?: ProgramOptions & { readonly version?: KubectlVersion }): Promise<ProgramResult>
  /** A request as HTTP has it, with all rights unless its headers say otherwise; `path` may have a query. */
  raw(method: string, path: string, options?: RawOptions): Promise<RawAnswer>
  /** Forgets all history of the store up to now, as time does. */
  compact(): Promise<void>
}
export interface TestClusterOptions {
  /** Whether controllers and scheduler run; default yes. */
  readonly controllers?: boolean
  /** How many nodes there are, whose pods are only told to run; default none. */
  readonly simulatedNodes?: number
  /** Versions of the API to be served or not, as `api/beta=true`. */
  readonly runtimeConfig?: string
  /** A KubeSchedulerConfiguration, as YAML. */
  readonly schedulerConfiguration?: string
  /** Default: the machine's. */
  readonly clock?: Clock
}

const ADMIN = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'], extra: {} }

export async function startTestCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const { controllers = true, simulatedNodes = 0, runtimeConfig, schedulerConfiguration, clock = systemClock } = options
  const folder = mkdtempSync(join(tmpdir(), 'knarr-test-'))
  const hosts = ['localhost', '127.0.0.1']
  const pki = openPki({ folder: join(folder, 'pki'), serverHosts: hosts, node: { name: 'node', hosts }, now: clock.now() })
  const store = await openMemory({ clock })
  let port = 0
  const plane = assembleControlPlane({
    store,
    clock,
    log: silentLog,
    authority: pki.authority.certificate,
    authorityKey: pki.authority.key,
    tokenKey: pki.tokenKey,
    kubelet: pki.kubeletClient,
    // Endpoints may not be on loopback; nobody goes there in these tests.
    endpoint: () => ({ address: '192.0.2.1', port }),
    serviceRanges: ['10.96.0.0/16'],
    ...(runtimeConfig && { runtimeConfig }),
    ...(schedulerConfiguration !== undefined && { schedulerConfiguration }),
  })
  const tls = { key: pki.server.key, cert: pki.server.certificate, ca: pki.authority.certificate }
  port = (await plane.api.listen({ host: '127.0.0.1', port: 0, tls })).port
  await plane.prepare()
  if (controllers) plane.run()
  const nodesClient = plane.clientOf('system:simulated-nodes', ['system:masters'])
  const nodes = simulatedNodes
    ? await startSimulated({ client: nodesClient, clock, log: silentLog, pki, count: simulatedNodes })
    : undefined
  const server = `https://127.0.0.1:${port}`
  const kubeconfig = join(folder, 'kubeconfig')
  const { certificate, key } = pki.admin
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf({ name: 'test', server, authority: pki.authority.certificate, certificate, key })))
  const client = plane.clientOf(ADMIN.name, ADMIN.groups)
  let made = 0
  return {
    client,
    transport: client.transport,
    plane,
    pki,
    server,
    kubeconfig,
    folder,
    namespace: async base => {
      const name = `${base}-${++made}`
      await client.create(Namespace, { metadata: { name } })
      return name
    },
    kubectl: (args, { version = NEWEST, ...options } = {}) =>
      runProgram([programPath('kubectl', version), ...args], { ...options, env: { KUBECONFIG: kubeconfig, HOME: folder, ...options.env } }),
    raw: (method, path, options) =>
      rawRequest(new URL(path, server), { method, cert: certificate, key, ca: pki.authority.certificate }, options),
    compact: async () => await store.compact(store.revision),
    async [Symbol.asyncDispose]() {
      await nodes?.[Symbol.asyncDispose]()
      await plane[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
