/** Programs that know the credentials of registries: which are asked for an image, what they are asked, and how long an answer holds. KEP-2133, KEP-4412. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '#base/clock.ts'
import { parseDuration } from '#base/duration.ts'
import type { Log } from '#base/log.ts'
import { ProgramFailed, run } from '#base/processes.ts'
import { parseYaml } from '#base/yaml.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { type AuthsOfOrigin, matchesImage, type Origin, type PullCredentials, registryOf } from './credentials.ts'
import { type Identities, type Identity, NoIdentity, type TokenAttributes } from './identities.ts'

/** Format: credentialprovider.kubelet.k8s.io/v1, CredentialProviderConfig and CredentialProviderResponse. */
export interface CredentialProvider {
  readonly name: string
  readonly apiVersion: string
  readonly matchImages: readonly string[]
  readonly defaultCacheDuration?: string
  readonly args?: readonly string[]
  readonly env?: readonly { readonly name: string; readonly value: string }[]
  readonly tokenAttributes?: TokenAttributes
}
export interface ProviderAnswer {
  readonly cacheKeyType: string
  readonly cacheDuration?: string
  readonly auth?: Readonly<Record<string, PullCredentials>> | null
}
export interface ProvidersOptions {
  readonly clock: Clock
  readonly log: Log
  /** The configuration; without the file there are no providers. */
  readonly configFile: string
  /** Holds the programs, each named as its provider. */
  readonly binFolder: string
  readonly identities: Identities
}
/** Upstream gives a provider this long. */
const TIMEOUT_MS = 60_000

export class CredentialProviders {
  readonly #options: ProvidersOptions
  readonly #held = new Map<string, { readonly auth: Readonly<Record<string, PullCredentials>>; readonly until: number }>()

  constructor(options: ProvidersOptions) {
    this.#options = options
  }

  /** By registry pattern. A provider that fails offers nothing: the registry then says what is missing. */
  async authsFor(image: string, pod: Pod): Promise<AuthsOfOrigin> {
    const asked = this.#providers().filter(({ matchImages }) => matchImages.some(pattern => matchesImage(pattern, image)))
    const answers = await Promise.all(
      asked.map(async provider => {
        try {
          const { tokenAttributes } = provider
          const identity = tokenAttributes && (await this.#options.identities.of(pod, tokenAttributes))
          const origin: Origin = identity ? { kind: 'account', ...identity.account } : { kind: 'node' }
          const auths = Object.entries(await this.#ask(provider, image, identity))
          return auths.map(([server, auth]) => [server, auth, origin] as const)
        } catch (error) {
          if (!isExpected(error)) throw error
          this.#options.log.warn({ error, provider: provider.name, image }, 'a credential provider failed')
          return []
        }
      }),
    )
    return answers.flat()
  }

  /** Read each time: a provider that is added is asked from then on. */
  #providers(): readonly CredentialProvider[] {
    const { configFile } = this.#options
    if (!existsSync(configFile)) return []
    const [config] = parseYaml(readFileSync(configFile, 'utf8'))
    return (config?.value as { readonly providers?: readonly CredentialProvider[] } | undefined)?.providers ?? []
  }

  async #ask(
    provider: CredentialProvider,
    image: string,
    identity: Identity | undefined,
  ): Promise<Readonly<Record<string, PullCredentials>>> {
    const { clock, binFolder } = this.#options
    for (const key of ['Global', 'Registry', 'Image']) {
      const held = this.#held.get(keyOf(provider, key, image, identity))
      if (held && clock.now() < held.until) return held.auth
    }
    const { name, apiVersion, args = [], env = [] } = provider
    const request = JSON.stringify({ kind: 'CredentialProviderRequest', apiVersion, image, ...identity?.told })
    const text = await run([join(binFolder, name), ...args], {
      input: Buffer.from(request),
      env: Object.fromEntries(env.map(variable => [variable.name, variable.value])),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const { cacheKeyType, cacheDuration, auth } = JSON.parse(text) as ProviderAnswer
    const holdsMs = durationMs(cacheDuration ?? provider.defaultCacheDuration ?? '0s')
    if (holdsMs > 0) this.#held.set(keyOf(provider, cacheKeyType, image, identity), { auth: auth ?? {}, until: clock.now() + holdsMs })
    return auth ?? {}
  }
}
const keyOf = ({ name }: CredentialProvider, type: string, image: string, identity: Identity | undefined): string =>
  `${name}\0${identity?.cacheKey ?? ''}\0${type === 'Global' ? '' : type === 'Registry' ? registryOf(image) : image}\0${type}`
const durationMs = (text: string): number => Number(parseDuration(text) / 1_000_000n)
/** A provider that fails, and one for which the pod has not what it takes. */
const isExpected = (error: unknown) =>
  error instanceof ProgramFailed || error instanceof SyntaxError || error instanceof NoIdentity || isRefusal(error) || isMissing(error)
const isMissing = (error: unknown) => ['ENOENT', 'EACCES', 'ABORT_ERR'].includes(String((error as { readonly code?: unknown }).code))
