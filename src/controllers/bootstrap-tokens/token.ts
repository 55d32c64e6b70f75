/** What a secret that holds a bootstrap token says. Upstream: k8s.io/cluster-bootstrap/util/secrets. */
import { parseTime } from '#base/rfc3339.ts'
import type { Secret } from '#kinds/core/secret.ts'

const NAMESPACE = 'kube-system'
const TYPE = 'bootstrap.kubernetes.io/token'
/** A token's identity stands in the secret's name and in its data. */
const NAME = /^bootstrap-token-([a-z0-9]{6})$/

export const isBootstrapToken = ({ metadata, type }: Secret): boolean => metadata.namespace === NAMESPACE && type === TYPE

/** Milliseconds until it expires, at most 0 if it has; Infinity: never. What cannot be read has expired. */
export function remainingMs(secret: Secret, now: number): number {
  const text = entry(secret, 'expiration')
  if (text === '') return Number.POSITIVE_INFINITY
  try {
    const { seconds, nanos } = parseTime(text)
    return seconds * 1000 + nanos / 1e6 - now
  } catch {
    return 0
  }
}

/** The token, if it may sign: it has not expired, its usage says so, and its identity is that of the secret's name. */
export function signingToken(secret: Secret, now: number): { readonly id: string; readonly secret: string } | undefined {
  const id = entry(secret, 'token-id')
  const key = entry(secret, 'token-secret')
  const isNamed = NAME.exec(secret.metadata.name ?? '')?.[1] === id
  if (!isNamed || key === '' || remainingMs(secret, now) <= 0 || entry(secret, 'usage-bootstrap-signing') !== 'true') return undefined
  return { id, secret: key }
}
const entry = ({ data }: Secret, key: string): string => Buffer.from(data?.[key] ?? '', 'base64').toString()
