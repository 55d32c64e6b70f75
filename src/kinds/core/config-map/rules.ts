/** Rules for config maps. Upstream: ValidateConfigMap, ValidateConfigMapUpdate. */
import { byteLength } from '#kinds/meta/label-rules.ts'
import { isConfigMapKey } from '#kinds/meta/names.ts'
import { isEqual } from '#schema/json-value.ts'
import type { Path } from '#schema/vocabulary.ts'
import { SECRET_MAX_BYTES, sizeOf } from '../secret/rules.ts'

const ONLY_ONCE = 'field is immutable when `immutable` is set'

interface ConfigMapView {
  readonly immutable?: boolean
  readonly data?: Readonly<Record<string, string>>
  readonly binaryData?: Readonly<Record<string, string>>
}
export function checkConfigMap(map: ConfigMapView, at: Path, before?: ConfigMapView): void {
  const { data = {}, binaryData = {} } = map
  for (const key of Object.keys(data)) {
    checkKey(key, at.key('data'))
    if (Object.hasOwn(binaryData, key)) at.key('data').entry(key).invalid(key, 'duplicate of key present in binaryData')
  }
  for (const key of Object.keys(binaryData)) checkKey(key, at.key('binaryData'))
  const bytes = Object.values(data).reduce((sum, text) => sum + byteLength(text), 0) + sizeOf(binaryData)
  if (bytes > SECRET_MAX_BYTES) at.key('').tooLong(SECRET_MAX_BYTES)
  if (!before?.immutable) return
  if (!map.immutable) at.key('immutable').forbidden(ONLY_ONCE)
  if (!isEqual(data, before.data ?? {})) at.key('data').forbidden(ONLY_ONCE)
  if (!isEqual(binaryData, before.binaryData ?? {})) at.key('binaryData').forbidden(ONLY_ONCE)
}
function checkKey(key: string, at: Path): void {
  const wrong = isConfigMapKey(key)
  if (wrong) at.entry(key).invalid(key, wrong)
}
