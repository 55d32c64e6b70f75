/** The ConfigMaps, Secrets and trust bundles that the pods of this node use: watched as long as a pod needs them, the first two each by name. */
import { type Clock, wait } from '#base/clock.ts'
import { Mirror } from '#client/mirror.ts'
import type { Client } from '#client/transport.ts'
import type { Log } from '#base/log.ts'
import { ClusterTrustBundle } from '#kinds/certificates/v1beta1/cluster-trust-bundle.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { allContainers } from './pods/sight.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { Secret } from '#kinds/core/secret.ts'
import type { VolumeSources } from './volumes/payload.ts'

type KindName = 'configmap' | 'secret' | 'clustertrustbundle'
interface Shared {
  readonly mirror: Mirror<ConfigMap> | Mirror<Secret> | Mirror<ClusterTrustBundle>
  readonly users: Map<string, () => void>
}
/** How long a pod waits for the first answer about an object before it reports that there is none. */
const FIRST_ANSWER_MS = 5_000

/** What a pod names has not been told of by the API. */
export class SourcesLate extends Error {
  override readonly name = 'SourcesLate'
  constructor(kind: KindName) {
    super(`failed to sync ${kind} cache: timed out waiting for the condition`)
  }
}

export interface PodSources extends VolumeSources {
  /** From now on also what a newer version of the pod names. */
  follow(pod: Pod): void
  /** Resolves when all objects that the pod names have been asked for; throws SourcesLate when the API does not answer. */
  ready(): Promise<void>
}

export class SourceWatcher implements AsyncDisposable {
  readonly #client: Client
  readonly #clock: Clock
  readonly #log: Log
  readonly #shared = new Map<string, Shared>()

  constructor({ client, clock, log }: { readonly client: Client; readonly clock: Clock; readonly log: Log }) {
    this.#client = client
    this.#clock = clock
    this.#log = log
  }

  /** What the pod names, kept up to date until `release`. `changed` is called when one of them changes. */
  use(pod: Pod, changed: () => void): PodSources {
    const { namespace = '', uid = '' } = pod.metadata
    let wanted: readonly Reference[] = []
    const follow = (newer: Pod) => {
      wanted = referencesOf(newer)
      for (const reference of wanted) this.#open(reference, namespace).users.set(uid, changed)
    }
    follow(pod)
    const find = <T>(kind: KindName, name: string) =>
      (this.#shared.get(`${kind}/${namespace}/${name}`)?.mirror as Mirror<T> | undefined)?.get({ namespace, name })
    return {
      follow,
      configMap: name => find<ConfigMap>('configmap', name),
      secret: name => find<Secret>('secret', name),
      trustBundles: () => (this.#shared.get(TRUST_BUNDLES)?.mirror as Mirror<ClusterTrustBundle> | undefined)?.list() ?? [],
      ready: async () => {
        const mirrors = wanted.map(reference => this.#open(reference, namespace).mirror)
        if (mirrors.every(({ isReady }) => isReady)) return
        await Promise.race([Promise.all(mirrors.map(({ ready }) => ready)), wait(this.#clock, FIRST_ANSWER_MS)])
        const late = wanted.find((_, at) => !mirrors[at]?.isReady)
        if (late) throw new SourcesLate(late.kind)
      },
    }
  }

  async release({ metadata: { uid = '' } }: Pod): Promise<void> {
    const unused = [...this.#shared].filter(([, { users }]) => users.delete(uid) && users.size === 0)
    for (const [key] of unused) this.#shared.delete(key)
    await Promise.all(unused.map(([, { mirror }]) => mirror[Symbol.asyncDispose]()))
  }
  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#shared.values()]
    this.#shared.clear()
    await Promise.all(all.map(({ mirror }) => mirror[Symbol.asyncDispose]()))
  }

  #open({ kind, name }: Reference, namespace: string): Shared {
    const key = kind === 'clustertrustbundle' ? TRUST_BUNDLES : `${kind}/${namespace}/${name}`
    const known = this.#shared.get(key)
    if (known) return known
    const failed = (error: unknown) => this.#log.warn({ error, kind, namespace, name }, 'cannot watch what a pod needs, trying again')
    const common = { clock: this.#clock, failed }
    const options = { ...common, namespace, fieldSelector: `metadata.name=${name}` }
    const mirror =
      kind === 'configmap'
        ? new Mirror(this.#client, ConfigMap, options)
        : kind === 'secret'
          ? new Mirror(this.#client, Secret, options)
          : new Mirror(this.#client, ClusterTrustBundle, common)
    const users = new Map<string, () => void>()
    mirror.onChange(() => users.forEach(changed => changed()))
    const made = { mirror, users }
    this.#shared.set(key, made)
    return made
  }
}

/** All bundles of the cluster together: they are few, and pods name them by signer and labels. */
const TRUST_BUNDLES = 'clustertrustbundle'

interface Reference {
  readonly kind: KindName
  readonly name: string
}
/** Every object that a pod's spec names, each once; trust bundles stand for all of their kind. */
export function referencesOf(pod: Pod): readonly Reference[] {
  const configMaps: (string | undefined)[] = []
  const secrets: (string | undefined)[] = (pod.spec.imagePullSecrets ?? []).map(({ name }) => name)
  for (const { configMap, secret, projected } of pod.spec.volumes ?? []) {
    configMaps.push(configMap?.name)
    secrets.push(secret?.secretName)
    for (const source of projected?.sources ?? []) {
      configMaps.push(source.configMap?.name)
      secrets.push(source.secret?.name)
    }
  }
  for (const { env = [], envFrom = [] } of allContainers(pod)) {
    for (const { valueFrom } of env) {
      configMaps.push(valueFrom?.configMapKeyRef?.name)
      secrets.push(valueFrom?.secretKeyRef?.name)
    }
    for (const { configMapRef, secretRef } of envFrom) {
      configMaps.push(configMapRef?.name)
      secrets.push(secretRef?.name)
    }
  }
  const named = (names: readonly (string | undefined)[], kind: KindName) =>
    [...new Set(names)].filter(name => name !== undefined && name !== '').map(name => ({ kind, name: name as string }))
  const projections = (pod.spec.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? [])
  const showsTrust = projections.some(({ clusterTrustBundle }) => clusterTrustBundle)
  return [
    ...named(configMaps, 'configmap'),
    ...named(secrets, 'secret'),
    ...(showsTrust ? [{ kind: 'clustertrustbundle' as const, name: '' }] : []),
  ]
}
