/** PUT: the whole object, or the part of it that a subresource writes. */
import { refuse } from '#kinds/meta/refusal.ts'
import { pathAt } from '#schema/path.ts'
import type { Call } from '../call.ts'
import type { AnyObject } from '../resources/item.ts'
import { metaOf, settleNamespace } from '../resources/metadata.ts'
import { objectResult, type Result } from '../result.ts'
import { draftFrom } from './body.ts'
import { changeObject } from './change.ts'
import { createObject } from './create.ts'
import { writeOptions } from './options.ts'
import { clone } from '#schema/json-value.ts'

/** Kinds that a PUT may create (upstream: AllowCreateOnUpdate). */
const CREATED_BY_UPDATE = new Set([
  '/endpoints',
  '/events',
  '/limitranges',
  '/services',
  'coordination.k8s.io/leases',
  'events.k8s.io/events',
  'rbac.authorization.k8s.io/clusterrolebindings',
  'rbac.authorization.k8s.io/clusterroles',
  'rbac.authorization.k8s.io/rolebindings',
  'rbac.authorization.k8s.io/roles',
])
/** Kinds whose writers must say which state they saw (upstream: not AllowUnconditionalUpdate). */
const VERSION_REQUIRED = new Set([
  'admissionregistration.k8s.io/mutatingwebhookconfigurations',
  'admissionregistration.k8s.io/validatingwebhookconfigurations',
  'apiextensions.k8s.io/customresourcedefinitions',
  'apiregistration.k8s.io/apiservices',
  'coordination.k8s.io/leases',
  'node.k8s.io/runtimeclasses',
  'policy/poddisruptionbudgets',
  'storage.k8s.io/csidrivers',
  'storage.k8s.io/csinodes',
  'storage.k8s.io/volumeattachments',
])

export async function update(call: Call): Promise<Result> {
  const { resource, target } = call
  const options = writeOptions(call, 'UpdateOptions')
  const draft = await draftFrom(call, resource.kind, options)
  checkIdentity(call, draft)
  const { namespace, name, subresource } = target
  const item = await changeObject(call, { ...options, namespace, name, subresource, compose: () => requiringVersion(call, clone(draft)) })
  if (item) return objectResult(resource, item)
  if (subresource || !CREATED_BY_UPDATE.has(`${resource.about.group}/${resource.about.resource}`))
    throw refuse.notFound(resource.about, name)
  // What the client saw is gone: creating it anew would hide that.
  if (draft.metadata.uid)
    throw refuse.conflict(resource.about, name, `Precondition failed: UID in precondition: ${draft.metadata.uid}, UID in object meta: `)
  return objectResult(resource, await createObject(call, draft, options), 201)
}

/** Name and namespace of the object must be those of the path. Throws BadRequest. */
export function checkIdentity({ target }: Call, draft: AnyObject): void {
  const meta = metaOf(draft)
  if (!meta.name) throw refuse.badRequest(`the name of the object (${target.name} based on URL) was undeterminable: name must be provided`)
  if (meta.name !== target.name)
    throw refuse.badRequest(`the name of the object (${meta.name}) does not match the name on the URL (${target.name})`)
  settleNamespace(meta, target.resource === 'namespaces' ? '' : target.namespace)
}

function requiringVersion({ resource }: Call, draft: AnyObject): AnyObject {
  const { resourceVersion } = draft.metadata
  const isRequired = resource.isCustom || VERSION_REQUIRED.has(`${resource.about.group}/${resource.about.resource}`)
  if ((resourceVersion && resourceVersion !== '0') || !isRequired) return draft
  const at = pathAt()
  at.key('metadata').key('resourceVersion').invalid(0, 'must be specified for an update')
  const problems = at.problems.map(problem => ({
    ...problem,
    message: problem.message.replace('Invalid value: 0:', 'Invalid value: 0x0:'),
  }))
  throw refuse.invalid(resource.about, draft.metadata.name ?? '', problems)
}
