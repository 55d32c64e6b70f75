/** Rules for volume sources: paths inside a volume, file modes, and what each source must name. Upstream: validateVolumeSource. */
import { isDns1123Label, isDns1123Subdomain, isQualifiedName } from '#kinds/meta/names.ts'
import { parseQuantity } from '#schema/quantity.ts'
import type { Path } from '#schema/vocabulary.ts'
import { checkFieldPath, checkResource, type ResourceReference } from './field-path-rules.ts'

const MODE_WRONG = 'must be a number between 0 and 0777 (octal), both inclusive'
export const isFileMode = (mode: number) => (mode >= 0 && mode <= 0o777 ? undefined : MODE_WRONG)
export const isAbsolutePath = (path: string) => (path.startsWith('/') ? undefined : 'must be an absolute path')
const BACKSTEPS = "must not contain '..'"
export const hasNoBacksteps = (path: string) => (path.split('/').includes('..') ? BACKSTEPS : undefined)

/** A path below the volume's root. */
export function isLocalPath(path: string): string | undefined {
  if (path.startsWith('/')) return 'must be a relative path'
  return hasNoBacksteps(path)
}
/** Names that begin with two dots are the kubelet's own, for its atomic updates. */
export const isLocalUnreservedPath = (path: string): string | undefined =>
  isLocalPath(path) ?? (path.startsWith('..') ? "must not start with '..'" : undefined)

const FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid']
interface DownwardFile {
  readonly path: string
  readonly fieldRef?: { readonly fieldPath: string }
  readonly resourceFieldRef?: ResourceReference
}
export function checkDownwardFile({ path, fieldRef, resourceFieldRef }: DownwardFile, at: Path): void {
  const wrong = path ? isLocalUnreservedPath(path) : undefined
  if (wrong) at.key('path').invalid(path, wrong)
  if (fieldRef) {
    checkFieldPath(fieldRef.fieldPath, at.key('fieldRef'), FIELDS)
    if (resourceFieldRef) at.invalid('resource', 'fieldRef and resourceFieldRef can not be specified simultaneously')
  } else if (resourceFieldRef) {
    if (!resourceFieldRef.containerName) at.key('resourceFieldRef').key('containerName').required()
    checkResource(resourceFieldRef, at.key('resourceFieldRef'))
  } else at.required('one of fieldRef and resourceFieldRef is required')
}

export function checkEmptyDir({ sizeLimit }: { readonly sizeLimit?: string }, at: Path): void {
  if (sizeLimit !== undefined && parseQuantity(sizeLimit).nanos < 0n)
    at.key('sizeLimit').forbidden('SizeLimit field must be a valid resource quantity')
}

/** The shortest and longest life of a projected token, in seconds. */
const TOKEN_MIN_SECONDS = 600
const TOKEN_MAX_SECONDS = 2 ** 32
export function checkToken({ expirationSeconds, path }: { readonly expirationSeconds: number; readonly path: string }, at: Path): void {
  if (expirationSeconds < TOKEN_MIN_SECONDS)
    at.key('expirationSeconds').invalid(expirationSeconds, 'may not specify a duration less than 10 minutes')
  if (expirationSeconds > TOKEN_MAX_SECONDS)
    at.key('expirationSeconds').invalid(expirationSeconds, 'may not specify a duration larger than 2^32 seconds')
  const wrong = path ? isLocalUnreservedPath(path) : undefined
  if (wrong) at.key('path').invalid(path, wrong)
}

interface TrustBundle {
  readonly name?: string
  readonly signerName?: string
  readonly labelSelector?: unknown
}
export function checkTrustBundle({ name, signerName, labelSelector }: TrustBundle, at: Path): void {
  if (name !== undefined && signerName !== undefined) at.invalid(name, 'only one of name and signerName may be used')
  if (name === undefined && signerName === undefined) at.required('either name or signerName must be specified')
  if (labelSelector !== undefined && signerName === undefined)
    at.key('labelSelector').invalid(labelSelector, 'must not be set when signerName is not set')
}

interface Projection {
  readonly [source: string]: unknown
}
/** Two sources of a projected volume must not write the same file. */
export function checkProjections(sources: readonly Projection[], at: Path): void {
  const paths = new Set<string>()
  for (const [i, source] of sources.entries()) {
    for (const path of pathsOf(source)) {
      if (paths.has(path)) at.index(i).invalid(path, 'conflicting duplicate paths')
      paths.add(path)
    }
  }
}
interface WithPaths {
  readonly path?: string
  readonly items?: readonly { readonly path: string }[]
}
function pathsOf(source: Projection): readonly string[] {
  const paths: string[] = []
  for (const value of Object.values(source)) {
    const { path, items } = value as WithPaths
    if (path) paths.push(path)
    for (const item of items ?? []) if (item.path) paths.push(item.path)
  }
  return paths
}

export const isVolumeName = isDns1123Label
export const isObjectName = isDns1123Subdomain
export const isDriverName = (driver: string): string | undefined =>
  driver.length > 63 ? 'must be no more than 63 characters' : isQualifiedName(driver.toLowerCase())
