/** Names of resources: which are standard, which are counted in whole numbers, and which may be asked for by containers. */
import { isQualifiedName } from '#kinds/meta/names.ts'
import { parseQuantity } from '#schema/quantity.ts'
import type { Path } from '#schema/vocabulary.ts'

const FOR_CONTAINERS = new Set(['cpu', 'memory', 'ephemeral-storage'])
const FOR_QUOTA = new Set([
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'persistentvolumeclaims',
  'configmaps',
  'services.nodeports',
  'services.loadbalancers',
])
const STANDARD = new Set([...FOR_QUOTA, 'storage'])
/** These are things, not measures. */
const COUNTED = new Set([...FOR_QUOTA].filter(name => !/(^|\.)(cpu|memory|storage|ephemeral-storage)$/.test(name)))
const HUGE_PAGES = 'hugepages-'

export const isHugePages = (name: string): boolean => name.startsWith(HUGE_PAGES)
const isNative = (name: string) => !name.includes('/') || name.includes('kubernetes.io/')
/** Resources that devices bring: `example.com/gpu`. */
export const isExtended = (name: string): boolean =>
  !isNative(name) && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`) === undefined
/** Whether a container may have more of it than it requested. */
export const isOvercommittable = (name: string): boolean => isNative(name) && !isHugePages(name)
const isCounted = (name: string): boolean => COUNTED.has(name) || isExtended(name)
export const isStandardForQuota = (name: string): boolean =>
  FOR_QUOTA.has(name) || isHugePages(name) || name.startsWith('requests.hugepages-')
const isQuotable = (name: string): boolean => isStandardForQuota(name) || name.startsWith('count/')

/** A name under which a quantity may stand at all. */
export function checkResourceName(name: string, at: Path): void {
  const wrong = isQualifiedName(name)
  if (wrong) return at.invalid(name, wrong)
  if (!name.includes('/') && !STANDARD.has(name) && !isQuotable(name))
    at.invalid(name, 'must be a standard resource type or fully qualified')
}
export function checkContainerResourceName(name: string, at: Path): void {
  const wrong = isQualifiedName(name)
  if (wrong) return at.invalid(name, wrong)
  if (!name.includes('/')) {
    if (!FOR_CONTAINERS.has(name) && !isHugePages(name)) at.invalid(name, 'must be a standard resource for containers')
  } else if (!isNative(name) && !isExtended(name)) at.invalid(name, "doesn't follow extended resource name standard")
}
export function checkQuotaResourceName(name: string, at: Path): void {
  const wrong = isQualifiedName(name)
  if (wrong) return at.invalid(name, wrong)
  if (!name.includes('/') && !isQuotable(name)) at.invalid(name, 'must be a standard resource for quota')
}
/** Not negative, and whole where things are counted. */
export function checkAmount(name: string, amount: string, at: Path): void {
  const { nanos } = parseQuantity(amount)
  if (nanos < 0n) at.invalid(amount, 'must be greater than or equal to 0')
  if (isCounted(name) && nanos % 1_000_000_000n !== 0n) at.invalid(amount, 'must be an integer')
}
