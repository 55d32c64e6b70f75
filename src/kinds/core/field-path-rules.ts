/** Rules for what a container may be told of its own pod: fields of the object, and resources of its containers. */
import { isQualifiedName } from '#kinds/meta/names.ts'
import { parseQuantity } from '#schema/quantity.ts'
import type { Path } from '#schema/vocabulary.ts'

const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
]
const HUGE_PAGES = /^(limits|requests)\.hugepages-/
const MEMORY_UNITS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei']
const SUBSCRIPTED = ['metadata.annotations', 'metadata.labels']
/** Field paths that pods have for selectors or the downward API; which of them may stand depends on the place. */
const OF_PODS = new Set([
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.hostNetwork',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.schedulerName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.nominatedNodeName',
  'status.phase',
  'status.podIP',
  'status.podIPs',
])

/** `at` is the path of the reference. */
export function checkFieldPath(path: string, at: Path, supported: readonly string[]): void {
  if (path === '') return
  const [, holder, key = ''] = /^(.*)\['(.*)'\]$/.exec(path) ?? []
  if (holder !== undefined) {
    if (!SUBSCRIPTED.includes(holder)) return at.invalid(holder, 'does not support subscript')
    const wrong = isQualifiedName(holder === 'metadata.annotations' ? key.toLowerCase() : key)
    if (wrong) at.invalid(key, wrong)
  } else if (!OF_PODS.has(path)) at.key('fieldPath').invalid(path, `error converting fieldPath: field label not supported: ${path}`)
  else if (!supported.includes(path)) at.key('fieldPath').unsupported(path, supported)
}

export interface ResourceReference {
  readonly containerName?: string
  readonly resource: string
  readonly divisor: string
}
export function checkResource({ resource, divisor }: ResourceReference, at: Path): void {
  if (resource === '') return
  if (!RESOURCES.includes(resource) && !HUGE_PAGES.test(resource)) return at.key('resource').unsupported(resource, RESOURCES)
  const { nanos } = parseQuantity(divisor)
  if (nanos === 0n) return
  const isCpu = resource.endsWith('.cpu')
  const units = isCpu ? ['1m', '1'] : MEMORY_UNITS
  if (units.some(unit => parseQuantity(unit).nanos === nanos)) return
  const name = isCpu
    ? 'cpu'
    : resource.endsWith('.memory')
      ? 'memory'
      : resource.endsWith('.ephemeral-storage')
        ? 'local ephemeral storage'
        : 'hugepages'
  at.key('divisor').invalid(resource, `only divisor's values ${units.join(isCpu ? ' and ' : ', ')} are supported with the ${name} resource`)
}
