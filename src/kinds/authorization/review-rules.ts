/** What holds for all reviews of access. Upstream: pkg/apis/authorization/validation. */
import type { ObjectMeta } from '#kinds/meta/object-meta.ts'
import type { Path } from '#schema/vocabulary.ts'
import type { NonResourceAttributes, ResourceAttributes } from './attributes.ts'

interface Asked {
  readonly resourceAttributes?: ResourceAttributes
  readonly nonResourceAttributes?: NonResourceAttributes
}
/** Exactly one of the two is asked about. */
export function checkRequest({ resourceAttributes, nonResourceAttributes }: Asked, at: Path): void {
  if (resourceAttributes && nonResourceAttributes)
    at.key('nonResourceAttributes').invalid(nonResourceAttributes, 'cannot be specified in combination with resourceAttributes')
  if (!resourceAttributes && !nonResourceAttributes)
    at.key('resourceAttributes').invalid(null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified')
  for (const name of ['fieldSelector', 'labelSelector'] as const) {
    const selector = resourceAttributes?.[name]
    if (!selector) continue
    const here = at.key('resourceAttributes').key(name)
    if (selector.rawSelector && selector.requirements?.length)
      here.key('rawSelector').invalid(selector.rawSelector, 'may not specified at the same time as requirements')
    if (!selector.rawSelector && !selector.requirements?.length)
      here.key('requirements').required('when `' + name + '` is specified, requirements or rawSelector is required')
  }
}

/** What the server itself fills in does not count. */
const SERVER_FIELDS: readonly string[] = ['uid', 'creationTimestamp', 'managedFields', 'generation', 'resourceVersion']
export function checkNoMetadata(metadata: Partial<ObjectMeta>, at: Path): void {
  const given = Object.entries(metadata).some(([name, value]) => value !== undefined && !SERVER_FIELDS.includes(name))
  if (given) at.key('metadata').invalid(metadata, 'must be empty')
}
