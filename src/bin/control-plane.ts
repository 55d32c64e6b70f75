/** The control plane of one cluster: store, API server, controllers and scheduler, put together. */
import { hostname } from 'node:os'
import { readSigningKey } from '#apiserver/authenticate/signing-key.ts'
import { Tokens } from '#apiserver/authenticate/tokens.ts'
import { boot } from '#apiserver/boot.ts'
import { describingRoutes } from '#apiserver/describe/index.ts'
import { security } from '#apiserver/security.ts'
import { type ApiServer, createApiServer } from '#apiserver/server.ts'
import type { Components } from '#apiserver/verbs/component-statuses.ts'
import { resourceQuota } from '#apiserver/admit/resource-quota.ts'
import { serviceAllocation } from '#apiserver/services/allocation.ts'
import { dnsAddress, kubernetesAddress, prepareServices } from '#apiserver/services/prepare.ts'
import { bracketed } from '#base/cidr.ts'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { systemRandom } from '#base/random.ts'
import type { Credential } from '#base/x509.ts'
import type { Cluster } from '#client/controller.ts'
import { readControllerSelection } from '#client/controller-selection.ts'
import { EventRecorder } from '#client/events.ts'
import { standForLeader } from '#client/leader-election.ts'
import { Mirrors } from '#client/mirrors.ts'
import { createClient } from '#client/requests.ts'
import type { Client } from '#client/transport.ts'
import type { AccountTokenOptions } from '#controllers/account-tokens/controller.ts'
import { controllers } from '#controllers/index.ts'
import { catalogue } from '#kinds/catalogue.ts'
import { readRuntimeConfig, servedCatalogue } from '#kinds/served.ts'
import { readSchedulerConfiguration } from '#kinds/scheduler-configuration/read.ts'
import { startScheduler } from '#scheduler/scheduler.ts'
import type { Store } from '#store/store.ts'
import { extenderCalls } from './extender-calls.ts'
import { version } from './version.ts'

export interface ControlPlaneOptions {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  /** The authority's certificate, PEM. */
  readonly authority: string
  /** Its private key, PEM; without it no certificate requests are signed. */
  readonly authorityKey?: string
  /** PEM: signs service-account tokens. */
  readonly tokenKey: string
  /** What is shown to kubelets when they are asked for logs, exec and the like. */
  readonly kubelet: Credential
  /** Where clients, pods among them, reach the API server; known when it listens. An address of a link, not of loopback. */
  readonly endpoint: () => { readonly address: string; readonly port: number }
  /** The ranges of service addresses (CIDR), one per family, the default family first. */
  readonly serviceRanges: readonly string[]
  /** The ranges of pods' addresses, likewise; absent: nodes get none of it. */
  readonly podRanges?: readonly string[]
  /** Versions of the API to be served or not, as `api/beta=true,batch/v1=false`; default: the stable ones. */
  readonly runtimeConfig?: string
  /** The controllers that run, as `*,-cronjob`; default: all. */
  readonly controllers?: string
  /** A KubeSchedulerConfiguration, as YAML; default: upstream's defaults. */
  readonly schedulerConfiguration?: string
  /**
   * Unlike that of any other server on the same store: controllers and scheduler run where their Lease is held.
   * Absent: nobody else has the store, as with an embedded one, and they run at once; an election would only delay each start after a crash.
   */
  readonly identity?: string
  /** Whether cluster DNS answers on its address; default no. */
  readonly hasDns?: boolean
}
export interface ControlPlane extends AsyncDisposable {
  readonly api: ApiServer
  /** A client in this process with the rights of a user. */
  clientOf(user: string, groups: readonly string[]): Client
  /** Makes what every cluster has from the start. */
  prepare(): Promise<void>
  /** Starts controllers and scheduler. */
  run(): void
}

type Component = 'kube-controller-manager' | 'kube-scheduler'
/** What `kubectl get componentstatuses` tells, under upstream's names. The store lies in this process: whoever gets an answer has it. */
const componentsOf = (running: ReadonlySet<Component>): Components => {
  const check = (name: Component) => () => (running.has(name) ? undefined : `${name} has not been started`)
  return new Map([
    ['controller-manager', check('kube-controller-manager')],
    ['scheduler', check('kube-scheduler')],
    ['etcd-0', () => undefined],
  ])
}

/** The issuer of service-account tokens, and the audience that they are for unless they say otherwise. */
const ISSUER = 'https://kubernetes.default.svc.cluster.local'

export function assembleControlPlane(options: ControlPlaneOptions): ControlPlane {
  const { store, clock, log, authority, authorityKey, tokenKey, kubelet, endpoint, serviceRanges, podRanges, hasDns } = options
  const random = systemRandom
  const configuration =
    options.schedulerConfiguration === undefined ? undefined : readSchedulerConfiguration(options.schedulerConfiguration)
  const running = new Set<Component>()
  const tokens = new Tokens(ISSUER, [readSigningKey(tokenKey)])
  const { gates, admission } = security({ tokens, random, tell: (about, note) => recorder.record({ about, ...note }) })
  const build = { version, runtime: process.version, platform: process.platform, architecture: process.arch }
  const api = createApiServer({
    store,
    catalogue: servedCatalogue(catalogue, readRuntimeConfig(options.runtimeConfig ?? '', catalogue)),
    clock,
    random,
    log,
    gates,
    admission: [...admission, serviceAllocation({ store, clock, random, serviceRanges }), resourceQuota({ store, clock })],
    actions: {
      tokens: { tokens, audiences: [ISSUER] },
      components: componentsOf(running),
      kubelet: { cert: kubelet.certificate, key: kubelet.key, ca: authority },
    },
    routes: ({ registry }) =>
      describingRoutes(registry, { build, tokens, address: () => `${bracketed(endpoint().address)}:${endpoint().port}` }),
  })
  const transportOf = (name: string, groups: readonly string[]) =>
    api.local({ user: { name, groups: [...groups, 'system:authenticated'], extra: {} }, agent: name.split(':').at(-1) ?? name })
  const clientOf = (name: string, groups: readonly string[]) => createClient(transportOf(name, groups))
  const parts = new AsyncDisposableStack()
  const recorder = new EventRecorder({ client: clientOf('system:apiserver', ['system:masters']), clock, log, component: 'apiserver' })
  parts.defer(() => recorder.flush())
  return {
    api,
    clientOf,
    prepare: async () => {
      const transport = transportOf('system:apiserver', ['system:masters'])
      await prepareServices({ store, clock, random, log, objects: api.objects, transport, serviceRanges })
      const service = { clusterIP: kubernetesAddress(serviceRanges), endpoint: endpoint() }
      const dns = hasDns && { dns: { clusterIP: dnsAddress(serviceRanges) } }
      await boot(transport, api.objects, { service, clientAuthority: authority, ...dns })
    },
    run: () => {
      const lead = (name: Component, begin: (cluster: Cluster, stack: AsyncDisposableStack) => void) => {
        running.add(name)
        const client = clientOf(`system:${name}`, ['system:masters'])
        const work = () => {
          const stack = new AsyncDisposableStack()
          begin({ client, mirrors: stack.use(new Mirrors(client, { clock, log })), clock, log }, stack)
          return stack
        }
        const { identity } = options
        parts.use(identity === undefined ? work() : standForLeader({ client, clock, log, name, identity, lead: work }))
      }
      const accountToken: AccountTokenOptions['sign'] = (account, secret) => tokens.issueLegacy(account, secret)
      lead('kube-controller-manager', (manager, stack) => {
        for (const controller of controllers({
          authority,
          accountToken,
          ...(authorityKey && { authorityKey }),
          ...(podRanges && { podRanges }),
          ...(options.controllers && { selection: readControllerSelection(options.controllers) }),
        }))
          stack.use(controller.start(manager))
      })
      lead('kube-scheduler', (cluster, stack) => {
        const { ask } = stack.use(extenderCalls())
        stack.use(startScheduler({ ...cluster, random, ask, host: hostname(), ...(configuration && { configuration }) }))
      })
    },
    async [Symbol.asyncDispose]() {
      await parts[Symbol.asyncDispose]()
      await api[Symbol.asyncDispose]()
    },
  }
}
