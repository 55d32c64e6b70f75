/** Access reviews: may somebody do something, and what may the asker do. Upstream: pkg/registry/authorization. */
import { LocalSubjectAccessReview } from '#kinds/authorization/local-subject-access-review.ts'
import { SelfSubjectAccessReview } from '#kinds/authorization/self-subject-access-review.ts'
import { SelfSubjectRulesReview } from '#kinds/authorization/self-subject-rules-review.ts'
import { SubjectAccessReview } from '#kinds/authorization/subject-access-review.ts'
import type { AnyKind } from '#kinds/catalogue.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import { pathAt } from '#schema/path.ts'
import type { Path } from '#schema/vocabulary.ts'
import type { User } from '../request.ts'
import type { Answer, Reviews } from '../review.ts'
import type { Attributes, Authorizer } from './authorizer.ts'

export const accessReviews = (authorizer: Authorizer): Reviews =>
  new Map<AnyKind, Answer>([
    [SubjectAccessReview, object => review(authorizer, SubjectAccessReview, object)],
    [LocalSubjectAccessReview, (object, { namespace }) => localReview(authorizer, object, namespace)],
    [SelfSubjectAccessReview, (object, { user }) => review(authorizer, SelfSubjectAccessReview, object, user)],
    [SelfSubjectRulesReview, (object, { user }) => rulesReview(authorizer, object, user)],
  ])

type Spec = SubjectAccessReview['spec']
interface Review {
  readonly metadata: SubjectAccessReview['metadata']
  readonly spec: Spec
}

async function review(
  authorizer: Authorizer,
  kind: { readonly name: string; readonly options: { readonly plural: string } },
  object: Review,
  self?: User,
) {
  const at = pathAt()
  checkSpec(object.spec, at.key('spec'), self === undefined)
  if (!isEmpty(object.metadata)) at.key('metadata').invalid(object.metadata, 'must be empty')
  if (at.problems.length)
    throw refuse.invalid({ group: 'authorization.k8s.io', resource: kind.options.plural, kind: kind.name }, '', at.problems)
  return decided(authorizer, object, self)
}
async function localReview(authorizer: Authorizer, object: Review, namespace: string) {
  const { resourceAttributes, nonResourceAttributes } = object.spec
  const at = pathAt()
  checkSpec(object.spec, at.key('spec'), true)
  if (!isEmpty({ ...object.metadata, namespace: undefined }))
    at.key('metadata').invalid(object.metadata, 'must be empty except for namespace')
  const given = object.metadata.namespace ?? ''
  if (resourceAttributes && (resourceAttributes.namespace ?? '') !== given)
    at.key('spec.resourceAttributes.namespace').invalid(resourceAttributes.namespace ?? '', 'must match metadata.namespace')
  if (nonResourceAttributes) at.key('spec.nonResourceAttributes').invalid(nonResourceAttributes, 'disallowed on this kind of request')
  if (at.problems.length)
    throw refuse.invalid(
      { group: 'authorization.k8s.io', resource: 'localsubjectaccessreviews', kind: LocalSubjectAccessReview.name },
      '',
      at.problems,
    )
  if (!namespace) throw refuse.badRequest(`namespace is required on this type: ${namespace}`)
  if (namespace !== given) throw refuse.badRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`)
  return decided(authorizer, object)
}
async function rulesReview(authorizer: Authorizer, object: SelfSubjectRulesReview, user: User) {
  const namespace = object.spec.namespace ?? ''
  if (!namespace) throw refuse.badRequest('no namespace on request')
  const { resource, nonResource, incomplete } = await authorizer.rules(user, namespace)
  return { ...object, status: { resourceRules: resource, nonResourceRules: nonResource, incomplete } }
}

/** A review is not stored, so it has no metadata of its own; managed fields are the server's doing. */
const isEmpty = (metadata: object) =>
  Object.entries(metadata).every(([name, value]) => name === 'managedFields' || value === undefined || value === null || value === '')

async function decided(authorizer: Authorizer, object: Review, self?: User) {
  const { decision, reason } = await authorizer.authorize(attributesOf(object.spec, self ?? userOf(object.spec)))
  return {
    ...object,
    status: { allowed: decision === 'allow', ...(decision === 'deny' && { denied: true }), ...(reason && { reason }) },
  }
}
const userOf = ({ user = '', uid, groups = [], extra = {} }: Spec): User => ({ name: user, groups, extra, ...(uid && { uid }) })

function attributesOf({ resourceAttributes: on, nonResourceAttributes: path }: Spec, user: User): Attributes {
  return {
    user,
    isResource: on !== undefined,
    verb: on?.verb ?? path?.verb ?? '',
    path: path?.path ?? '',
    group: on?.group ?? '',
    version: on?.version ?? '',
    resource: on?.resource ?? '',
    subresource: on?.subresource ?? '',
    namespace: on?.namespace ?? '',
    name: on?.name ?? '',
    ...(on?.fieldSelector && { fieldSelector: selectorText(on.fieldSelector) }),
  }
}
/** Only equality narrows what may be listed; other requirements are left to the list itself. */
const selectorText = ({ rawSelector, requirements = [] }: NonNullable<NonNullable<Spec['resourceAttributes']>['fieldSelector']>): string =>
  rawSelector ??
  requirements
    .filter(({ operator, values = [] }) => operator === 'In' && values.length === 1)
    .map(({ key, values = [] }) => `${key}=${values[0]}`)
    .join(',')

function checkSpec(spec: Spec, at: Path, needsUser: boolean): void {
  const { resourceAttributes: on, nonResourceAttributes: path } = spec
  if (on && path) at.key('nonResourceAttributes').invalid(path, 'cannot be specified in combination with resourceAttributes')
  if (!on && !path)
    at.key('resourceAttributes').invalid(null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified')
  if (needsUser && !spec.user && !spec.groups?.length)
    at.key('user').invalid(spec.user ?? '', 'at least one of user or group must be specified')
  for (const name of ['fieldSelector', 'labelSelector'] as const) checkSelector(on?.[name], at.key('resourceAttributes').key(name))
}
function checkSelector(
  selector:
    | {
        readonly rawSelector?: string
        readonly requirements?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[]
      }
    | undefined,
  at: Path,
): void {
  if (!selector) return
  const { rawSelector, requirements = [] } = selector
  if (rawSelector && requirements.length) at.key('rawSelector').invalid(rawSelector, 'may not specified at the same time as requirements')
  if (!rawSelector && !requirements.length)
    at.key('requirements').required(`when ${at.text} is specified, requirements or rawSelector is required`)
  for (const [i, { key, operator, values = [] }] of requirements.entries()) {
    const here = at.key('requirements').index(i)
    if (!key) here.key('key').required('must be specified')
    if (['In', 'NotIn'].includes(operator)) {
      if (!values.length) here.key('values').required("must be specified when `operator` is 'In' or 'NotIn'")
    } else if (['Exists', 'DoesNotExist'].includes(operator)) {
      if (values.length) here.key('values').forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
    } else here.key('operator').invalid(operator, 'not a valid selector operator')
  }
}
