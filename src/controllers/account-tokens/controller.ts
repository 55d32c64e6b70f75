/** Fills the secrets in which people ask for lasting tokens of service accounts. Upstream: pkg/controller/serviceaccount/tokens_controller.go. */
import { type Controller, watches } from '#client/controller.ts'
import type { Ref } from '#client/transport.ts'
import { Secret } from '#kinds/core/secret.ts'
import { ServiceAccount } from '#kinds/core/service-account.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { isEqual } from '#schema/json-value.ts'

const TYPE = 'kubernetes.io/service-account-token'
const ACCOUNT_NAME = 'kubernetes.io/service-account.name'
const ACCOUNT_UID = 'kubernetes.io/service-account.uid'

export interface AccountTokenOptions {
  /** The authority's certificate, PEM. */
  readonly authority: string
  /** A signed token for the account that lasts as long as the secret. */
  readonly sign: (account: { readonly namespace: string; readonly name: string; readonly uid: string }, secret: string) => Promise<string>
}
const encoded = (text: string) => Buffer.from(text).toString('base64')

/**
 * | seen | done |
 * |---|---|
 * | the account is there | token, namespace and authority are filled in where they are missing or wrong |
 * | the account is gone, or another one of that name has come | the secret is deleted |
 */
export const accountTokensController = ({ authority, sign }: AccountTokenOptions): Controller => ({
  name: 'serviceaccount-token-controller',
  reconciles: Secret,
  watches: [
    watches(ServiceAccount, ({ metadata }, mirrors) =>
      mirrors
        .of(Secret)
        .list(metadata.namespace)
        .filter(secret => secret.type === TYPE && secret.metadata.annotations?.[ACCOUNT_NAME] === metadata.name)
        .map(({ metadata }) => metadata as Ref),
    ),
  ],
  act: async (ref, { client, mirrors }) => {
    const secret = mirrors.of(Secret).get(ref)
    const annotations = secret?.metadata.annotations ?? {}
    const name = annotations[ACCOUNT_NAME]
    if (!secret || secret.type !== TYPE || !name || secret.metadata.deletionTimestamp) return undefined
    const { namespace = '', uid: secretUid = '' } = secret.metadata
    const account = await client.get(ServiceAccount, { namespace, name }).catch(error => {
      if (isRefusal(error, 'NotFound')) return undefined
      throw error
    })
    const uid = account?.metadata.uid
    if (!uid || (annotations[ACCOUNT_UID] && annotations[ACCOUNT_UID] !== uid)) {
      try {
        await client.delete(Secret, ref, { preconditions: { uid: secretUid } })
      } catch (error) {
        if (!isRefusal(error, 'NotFound')) throw error
      }
      return undefined
    }
    const before = secret.data ?? {}
    const data = {
      ...before,
      'ca.crt': encoded(authority),
      namespace: encoded(namespace),
      token: before['token'] ?? encoded(await sign({ namespace, name, uid }, ref.name)),
    }
    if (isEqual(data, before) && annotations[ACCOUNT_UID] === uid) return undefined
    const metadata = { ...secret.metadata, annotations: { ...annotations, [ACCOUNT_UID]: uid } }
    mirrors.of(Secret).learn(await client.update(Secret, { ...secret, metadata, data }))
    return undefined
  },
})
