/** As whom a credential provider is asked: the account of the pod whose image is pulled, with a token that vouches for it. KEP-4412. */
import { createHash } from 'node:crypto'
import type { Client } from '#client/transport.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { ServiceAccount } from '#kinds/core/service-account.ts'
import type { Tokens } from '../volumes/tokens.ts'

/** Format: CredentialProviderConfig, tokenAttributes. */
export interface TokenAttributes {
  readonly serviceAccountTokenAudience: string
  /** Whether an answer holds for one token, or for all of the account's. */
  readonly cacheType: 'Token' | 'ServiceAccount'
  readonly requireServiceAccount: boolean
  readonly requiredServiceAccountAnnotationKeys?: readonly string[]
  readonly optionalServiceAccountAnnotationKeys?: readonly string[]
}
export interface Identity {
  readonly account: { readonly uid: string; readonly namespace: string; readonly name: string }
  /** What the provider's request says of it. */
  readonly told: { readonly serviceAccountToken: string; readonly serviceAccountAnnotations?: Readonly<Record<string, string>> }
  /** For whom an answer holds. */
  readonly cacheKey: string
}
/** The pod has not what the provider wants to know of it. */
export class NoIdentity extends Error {
  override readonly name = 'NoIdentity'
}

export class Identities {
  readonly #client: Client
  readonly #tokens: Pick<Tokens, 'forAudience'>

  constructor({ client, tokens }: { readonly client: Client; readonly tokens: Pick<Tokens, 'forAudience'> }) {
    this.#client = client
    this.#tokens = tokens
  }

  /** Undefined for a pod without an account, where the provider does without. Throws NoIdentity and Refusal. */
  async of(pod: Pod, wanted: TokenAttributes): Promise<Identity | undefined> {
    const { namespace = '' } = pod.metadata
    const name = pod.spec.serviceAccountName
    if (!name) {
      if (wanted.requireServiceAccount) throw new NoIdentity('the pod has no service account')
      return undefined
    }
    const { uid = '', annotations = {} } = (await this.#client.get(ServiceAccount, { namespace, name })).metadata
    const { requiredServiceAccountAnnotationKeys: required = [], optionalServiceAccountAnnotationKeys: optional = [] } = wanted
    const missing = required.find(key => annotations[key] === undefined)
    if (missing !== undefined) throw new NoIdentity(`required annotation ${missing} not present in service account ${namespace}/${name}`)
    const shown = [...required, ...optional].flatMap(key => (annotations[key] === undefined ? [] : [[key, annotations[key]] as const]))
    const token = await this.#tokens.forAudience(pod, wanted.serviceAccountTokenAudience)
    const ofAccount = [namespace, name, uid, ...shown.toSorted(([a], [b]) => (a < b ? -1 : 1))]
    return {
      account: { uid, namespace, name },
      told: { serviceAccountToken: token, ...(shown.length && { serviceAccountAnnotations: Object.fromEntries(shown) }) },
      cacheKey: createHash('sha256')
        .update(wanted.cacheType === 'Token' ? token : JSON.stringify(ofAccount))
        .digest('hex'),
    }
  }
}
