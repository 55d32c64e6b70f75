/** Rules for the metadata of stored objects, on creation and on updates. */
import type { Path } from '#schema/vocabulary.ts'
import { checkAnnotations, checkLabels } from './label-rules.ts'
import { asPrefix, isDns1123Label, isDns1123Subdomain, isQualifiedName } from './names.ts'
import type { ManagedFieldsEntry, ObjectMeta, OwnerReference } from './object-meta.ts'

export interface MetadataRules {
  readonly namespaced: boolean
  /** The kind's rule for names; default: a DNS subdomain. */
  readonly nameCheck?: (name: string) => string | undefined
  /** Custom resources may have finalizers without a domain, which has always been so. */
  readonly lenientFinalizers?: boolean
}

/** Checks the metadata of a new object, after the server has made a name from `generateName`. `at` is the path of `metadata`. */
export function validateMetadata(meta: ObjectMeta, at: Path, rules: MetadataRules): void {
  const { namespaced, nameCheck = isDns1123Subdomain, lenientFinalizers = false } = rules
  if (meta.generateName) {
    const wrong = asPrefix(nameCheck)(meta.generateName)
    if (wrong) at.key('generateName').invalid(meta.generateName, wrong)
  }
  if (!meta.name) at.key('name').required('name or generateName is required')
  else {
    const wrong = nameCheck(meta.name)
    if (wrong) at.key('name').invalid(meta.name, wrong)
  }
  checkNamespace(meta.namespace, at.key('namespace'), namespaced)
  checkAlways(meta, at, lenientFinalizers)
}

function checkNamespace(namespace: string | undefined, at: Path, namespaced: boolean): void {
  if (!namespaced) {
    if (namespace) at.forbidden('not allowed on this type')
    return
  }
  if (!namespace) return at.required()
  const wrong = isDns1123Label(namespace)
  if (wrong) at.invalid(namespace, wrong)
}

function checkAlways(meta: ObjectMeta, at: Path, isLenient: boolean): void {
  if ((meta.generation ?? 0) < 0) at.key('generation').invalid(meta.generation, 'must be greater than or equal to 0')
  checkLabels(meta.labels ?? {}, at.key('labels'))
  checkAnnotations(meta.annotations ?? {}, at.key('annotations'))
  checkOwners(meta.ownerReferences ?? [], at.key('ownerReferences'))
  checkFinalizers(meta.finalizers ?? [], at.key('finalizers'), isLenient)
  checkManagedFields(meta.managedFields ?? [], at.key('managedFields'))
}

function checkOwners(owners: readonly OwnerReference[], at: Path): void {
  let controller: string | undefined
  for (const [i, owner] of owners.entries()) {
    checkOwner(owner, at.index(i))
    if (!owner.controller) continue
    if (controller !== undefined)
      at.invalid(
        owners,
        `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${owner.name}`,
      )
    controller = owner.name
  }
}
function checkOwner(owner: OwnerReference, at: Path): void {
  if (!owner.apiVersion) at.key('apiVersion').invalid(owner.apiVersion ?? '', 'version must not be empty')
  for (const name of ['kind', 'name', 'uid'] as const) if (!owner[name]) at.key(name).invalid(owner[name] ?? '', 'must not be empty')
  // Events come and go by the thousands; what they owned would vanish with them.
  if (owner.apiVersion === 'v1' && owner.kind === 'Event') at.invalid(owner, '/v1, Kind=Event is disallowed from being an owner')
}

/** Finalizers without a domain that the API itself knows. */
const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])
/** A finalizer says whose it is by a domain, unless it is the API's own. */
export function checkFinalizer(finalizer: string, at: Path): void {
  const wrong = isQualifiedName(finalizer)
  if (wrong) return at.invalid(finalizer, wrong)
  if (!finalizer.includes('/') && !STANDARD_FINALIZERS.has(finalizer))
    at.invalid(finalizer, 'name is neither a standard finalizer name nor is it fully qualified')
}

const CONTRADICTING = ['orphan', 'foregroundDeletion'] as const
function checkFinalizers(finalizers: readonly string[], at: Path, isLenient: boolean): void {
  for (const [i, finalizer] of finalizers.entries()) {
    const wrong = isQualifiedName(finalizer)
    if (!isLenient) checkFinalizer(finalizer, at.index(i))
    else if (wrong) at.index(i).invalid(finalizer, wrong)
  }
  if (CONTRADICTING.every(one => finalizers.includes(one)))
    at.invalid(finalizers, `finalizer ${CONTRADICTING[0]} and ${CONTRADICTING[1]} cannot be both set`)
}

/** Longest name of a field manager, and of a subresource in managedFields. */
const MANAGER_MAX = 128
const SUBRESOURCE_MAX = 256
function checkManagedFields(entries: readonly ManagedFieldsEntry[], at: Path): void {
  for (const [i, { operation, fieldsType, manager = '', subresource = '' }] of entries.entries()) {
    const here = at.index(i)
    if (operation !== 'Apply' && operation !== 'Update') here.key('operation').invalid(operation ?? '', 'must be `Apply` or `Update`')
    if (fieldsType && fieldsType !== 'FieldsV1') here.key('fieldsType').invalid(fieldsType, 'must be `FieldsV1`')
    if (manager.length > MANAGER_MAX) here.key('manager').tooLong(MANAGER_MAX)
    if (subresource.length > SUBRESOURCE_MAX) here.key('subresource').tooLong(SUBRESOURCE_MAX)
  }
}

const IMMUTABLE = 'field is immutable'
/** Checks what an update does to the metadata. The names themselves were checked on creation. `at` is the path of `metadata`. */
export function validateMetadataUpdate(
  meta: ObjectMeta,
  before: ObjectMeta,
  at: Path,
  rules: Pick<MetadataRules, 'lenientFinalizers'> = {},
): void {
  checkAlways(meta, at, rules.lenientFinalizers ?? false)
  const added = meta.finalizers?.filter(finalizer => !before.finalizers?.includes(finalizer)) ?? []
  if (before.deletionTimestamp && added.length)
    at.key('finalizers').forbidden(
      `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added
        .map(one => JSON.stringify(one))
        .join(', ')}}`,
    )
  if (!meta.resourceVersion) at.key('resourceVersion').invalid(meta.resourceVersion ?? '', 'must be specified for an update')
  if ((meta.generation ?? 0) < (before.generation ?? 0)) at.key('generation').invalid(meta.generation ?? 0, 'must not be decremented')
  for (const name of ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const)
    if ((meta[name] ?? undefined) !== (before[name] ?? undefined)) at.key(name).invalid(meta[name] ?? '', IMMUTABLE)
}
