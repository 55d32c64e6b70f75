/** Access reviews say what authorization would say, and refuse what makes no sense. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LocalSubjectAccessReview } from '#kinds/authorization/local-subject-access-review.ts'
import { SelfSubjectAccessReview } from '#kinds/authorization/self-subject-access-review.ts'
import { SelfSubjectRulesReview } from '#kinds/authorization/self-subject-rules-review.ts'
import { SubjectAccessReview } from '#kinds/authorization/subject-access-review.ts'
import type { AnyKind } from '#kinds/catalogue.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { accessReviews } from './access-reviews.ts'
import type { Attributes, Authorizer } from './authorizer.ts'

const asked: Attributes[] = []
const authorizer: Authorizer = {
  authorize: async attributes => {
    asked.push(attributes)
    const { verb } = attributes
    return verb === 'get' ? { decision: 'allow', reason: 'because' } : { decision: verb === 'delete' ? 'deny' : 'abstain', reason: '' }
  },
  rules: async (_, namespace) => ({
    resource: [{ verbs: ['get'], apiGroups: [namespace], resources: ['x'] }],
    nonResource: [],
    incomplete: false,
  }),
}
const reviews = accessReviews(authorizer)
const user = { name: 'jane', groups: ['dev'], extra: {} }
const ask = async (kind: AnyKind, spec: object, metadata: object = {}, namespace = '') => {
  const answer = reviews.get(kind)
  assert(answer)
  return ((await answer({ metadata, spec }, { user, namespace, now: 0 })) as { status: object }).status
}
const pods = { verb: 'get', resource: 'pods', namespace: 'a' }

test('a review asks for the user that it names', async () => {
  const status = await ask(SubjectAccessReview, {
    user: 'joe',
    groups: ['ops'],
    uid: '7',
    extra: { k: ['v'] },
    resourceAttributes: { ...pods, subresource: 'log', name: 'p' },
  })
  assert.deepEqual(status, { allowed: true, reason: 'because' })
  assert.deepEqual(asked.at(-1), {
    user: { name: 'joe', groups: ['ops'], uid: '7', extra: { k: ['v'] } },
    isResource: true,
    verb: 'get',
    path: '',
    group: '',
    version: '',
    resource: 'pods',
    subresource: 'log',
    namespace: 'a',
    name: 'p',
  })
})
test('a self review asks for the asker', async () => {
  assert.deepEqual(await ask(SelfSubjectAccessReview, { nonResourceAttributes: { path: '/metrics', verb: 'list' } }), { allowed: false })
  assert.equal(asked.at(-1)?.user.name, 'jane')
  assert.equal(asked.at(-1)?.path, '/metrics')
})
test('a denial is told apart from nobody allowing', async () =>
  assert.deepEqual(await ask(SelfSubjectAccessReview, { resourceAttributes: { verb: 'delete', resource: 'pods' } }), {
    allowed: false,
    denied: true,
  }))
test('field selectors reach the authorizers', async () => {
  const requirements = [{ key: 'spec.nodeName', operator: 'In', values: ['n1'] }]
  await ask(SelfSubjectAccessReview, { resourceAttributes: { ...pods, fieldSelector: { requirements } } })
  assert.equal(asked.at(-1)?.fieldSelector, 'spec.nodeName=n1')
})
test('the rules of the asker', async () =>
  assert.deepEqual(await ask(SelfSubjectRulesReview, { namespace: 'a' }), {
    resourceRules: [{ verbs: ['get'], apiGroups: ['a'], resources: ['x'] }],
    nonResourceRules: [],
    incomplete: false,
  }))

const REFUSED: readonly [AnyKind, object, object, string, string][] = [
  [
    SubjectAccessReview,
    { user: 'x' },
    {},
    '',
    'SubjectAccessReview.authorization.k8s.io "" is invalid: spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
  ],
  [
    SubjectAccessReview,
    { resourceAttributes: pods },
    {},
    '',
    'SubjectAccessReview.authorization.k8s.io "" is invalid: spec.user: Invalid value: "": at least one of user or group must be specified',
  ],
  [
    SelfSubjectAccessReview,
    { resourceAttributes: pods, nonResourceAttributes: { verb: 'get', path: '/' } },
    {},
    '',
    'SelfSubjectAccessReview.authorization.k8s.io "" is invalid: spec.nonResourceAttributes: Invalid value: {"verb":"get","path":"/"}: cannot be specified in combination with resourceAttributes',
  ],
  [
    SelfSubjectAccessReview,
    { resourceAttributes: pods },
    { name: 'n' },
    '',
    'SelfSubjectAccessReview.authorization.k8s.io "" is invalid: metadata: Invalid value: {"name":"n"}: must be empty',
  ],
  [
    LocalSubjectAccessReview,
    { user: 'x', resourceAttributes: pods },
    { namespace: 'b' },
    'b',
    'LocalSubjectAccessReview.authorization.k8s.io "" is invalid: spec.resourceAttributes.namespace: Invalid value: "a": must match metadata.namespace',
  ],
  [
    LocalSubjectAccessReview,
    { user: 'x', resourceAttributes: pods },
    { namespace: 'a' },
    'b',
    'spec.resourceAttributes.namespace must match namespace: b',
  ],
  [SelfSubjectRulesReview, {}, {}, '', 'no namespace on request'],
  [
    SelfSubjectAccessReview,
    { resourceAttributes: { ...pods, labelSelector: {} } },
    {},
    '',
    'SelfSubjectAccessReview.authorization.k8s.io "" is invalid: spec.resourceAttributes.labelSelector.requirements: Required value: when spec.resourceAttributes.labelSelector is specified, requirements or rawSelector is required',
  ],
]
for (const [kind, spec, metadata, namespace, message] of REFUSED)
  test(`refused: ${message}`, () =>
    assert.rejects(ask(kind, spec, metadata, namespace), error => isRefusal(error) && error.message === message))
