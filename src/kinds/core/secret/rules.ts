/** Rules for secrets: their keys, their size, and what each type must hold. Upstream: ValidateSecret, ValidateSecretUpdate. */
import { decodeBase64 } from '#base/base64.ts'
import { isConfigMapKey } from '#kinds/meta/names.ts'
import { isEqual } from '#schema/json-value.ts'
import type { Path } from '#schema/vocabulary.ts'

/** What one etcd request carries at most; a larger secret could not be stored. Counts the bytes of all values. */
export const SECRET_MAX_BYTES = 1024 * 1024
const ACCOUNT_NAME = 'kubernetes.io/service-account.name'
const ONLY_ONCE = 'field is immutable when `immutable` is set'

interface SecretView {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> }
  readonly type: string
  readonly immutable?: boolean
  readonly data?: Readonly<Record<string, string>>
}

export function checkSecret(secret: SecretView, at: Path, before?: SecretView): void {
  const data = secret.data ?? {}
  for (const key of Object.keys(data)) {
    const wrong = isConfigMapKey(key)
    if (wrong) at.key('data').entry(key).invalid(key, wrong)
  }
  if (sizeOf(data) > SECRET_MAX_BYTES) at.key('data').tooLong(SECRET_MAX_BYTES)
  checkType(secret, at)
  if (!before) return
  if (secret.type !== before.type) at.key('type').invalid(secret.type, 'field is immutable')
  if (!before.immutable) return
  if (!secret.immutable) at.key('immutable').forbidden(ONLY_ONCE)
  if (!isEqual(secret.data ?? {}, before.data ?? {})) at.key('data').forbidden(ONLY_ONCE)
}

/** Decoded bytes of base64 texts. */
export const sizeOf = (data: Readonly<Record<string, string>>): number =>
  Object.values(data).reduce((sum, text) => sum + (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0), 0)

function checkType({ type, data = {}, metadata }: SecretView, at: Path): void {
  const need = (...keys: readonly string[]) => {
    for (const key of keys) if (data[key] === undefined) at.key('data').entry(key).required()
  }
  switch (type) {
    case 'kubernetes.io/service-account-token':
      if (!metadata.annotations?.[ACCOUNT_NAME]) at.key('metadata').key('annotations').entry(ACCOUNT_NAME).required()
      break
    case 'kubernetes.io/dockercfg':
      checkJson('.dockercfg', data, at)
      break
    case 'kubernetes.io/dockerconfigjson':
      checkJson('.dockerconfigjson', data, at)
      break
    case 'kubernetes.io/basic-auth':
      if (data['username'] === undefined && data['password'] === undefined) need('username', 'password')
      break
    case 'kubernetes.io/ssh-auth':
      if (!data['ssh-privatekey']) at.key('data').entry('ssh-privatekey').required()
      break
    case 'kubernetes.io/tls':
      need('tls.crt', 'tls.key')
      break
  }
}
function checkJson(key: string, data: Readonly<Record<string, string>>, at: Path): void {
  const text = data[key]
  const here = at.key('data').entry(key)
  if (text === undefined) return here.required()
  try {
    JSON.parse(new TextDecoder().decode(decodeBase64(text)))
  } catch (error) {
    // The message of a parser may quote what it could not read.
    here.invalid('<secret contents redacted>', error instanceof SyntaxError ? 'invalid JSON' : String(error))
  }
}
