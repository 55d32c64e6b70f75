/** Rules for where environment variables take their values from. Upstream: validateEnvVarValueFrom, ValidateEnvFrom. */
import { isConfigMapKey, isDns1123Subdomain } from '#kinds/meta/names.ts'
import type { Path } from '#schema/vocabulary.ts'
import { checkFieldPath, checkResource, type ResourceReference } from './field-path-rules.ts'

interface KeyReference {
  readonly name?: string
  readonly key: string
}
interface Source {
  readonly fieldRef?: { readonly fieldPath: string }
  readonly resourceFieldRef?: ResourceReference
  readonly configMapKeyRef?: KeyReference
  readonly secretKeyRef?: KeyReference
  readonly fileKeyRef?: unknown
}
const FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]

export function checkSource(source: Source, at: Path): void {
  const members = [source.fieldRef, source.resourceFieldRef, source.configMapKeyRef, source.secretKeyRef, source.fileKeyRef]
  const set = members.filter(member => member !== undefined).length
  if (set === 0) at.invalid('', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`')
  if (set > 1) at.invalid('', 'may not have more than one field specified at a time')
  if (source.fieldRef) checkFieldPath(source.fieldRef.fieldPath, at.key('fieldRef'), FIELDS)
  if (source.resourceFieldRef) checkResource(source.resourceFieldRef, at.key('resourceFieldRef'))
  for (const name of ['configMapKeyRef', 'secretKeyRef'] as const) {
    const reference = source[name]
    if (!reference) continue
    const wrong = isDns1123Subdomain(reference.name ?? '')
    if (wrong)
      at.key(name)
        .key('name')
        .invalid(reference.name ?? '', wrong)
    const wrongKey = reference.key ? isConfigMapKey(reference.key) : undefined
    if (wrongKey) at.key(name).key('key').invalid(reference.key, wrongKey)
  }
}
/** The name of an object that must be named. */
export function checkReference(name: string | undefined, at: Path): void {
  if (!name) return at.required()
  const wrong = isDns1123Subdomain(name)
  if (wrong) at.invalid(name, wrong)
}

interface FromSource {
  readonly configMapRef?: { readonly name?: string }
  readonly secretRef?: { readonly name?: string }
}
/** Upstream tells where the list is, not where in the list. */
export function checkFromSources(sources: readonly FromSource[], at: Path): void {
  for (const [i, { configMapRef, secretRef }] of sources.entries()) {
    if (configMapRef) checkReference(configMapRef.name, at.index(i).key('configMapRef').key('name'))
    if (secretRef) checkReference(secretRef.name, at.index(i).key('secretRef').key('name'))
    if (!configMapRef && !secretRef) at.invalid('', 'must specify one of: `configMapRef` or `secretRef`')
    if (configMapRef && secretRef) at.invalid('', 'may not have more than one field specified at a time')
  }
}
