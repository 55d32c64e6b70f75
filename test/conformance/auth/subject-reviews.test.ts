/** Reviews of what somebody may do say what happens when they do it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LocalSubjectAccessReview } from '#kinds/authorization/local-subject-access-review.ts'
import { SubjectAccessReview } from '#kinds/authorization/subject-access-review.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { ServiceAccount } from '#kinds/core/service-account.ts'
import { RoleBinding } from '#kinds/rbac/role-binding.ts'
import { eventually } from '../support/eventually.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

test('[sig-auth] SubjectReview should support SubjectReview API operations [Conformance]', async () => {
  const namespace = await stage.namespace('subjectreview')
  const account = await stage.resource(ServiceAccount, namespace).create({ metadata: { name: 'e2e' } })
  const subject = {
    user: `system:serviceaccount:${namespace}:e2e`,
    groups: ['system:authenticated', 'system:serviceaccounts', `system:serviceaccounts:${namespace}`],
    uid: account.metadata.uid,
  }
  const spec = { resourceAttributes: { verb: 'list', resource: 'configmaps', namespace, version: 'v1' }, ...subject }
  const check = async (isAllowed: boolean) => {
    const headers = { 'impersonate-user': subject.user, 'impersonate-uid': subject.uid, 'impersonate-group': subject.groups }
    const { status } = await stage.raw('GET', stage.resource(ConfigMap, namespace).path(), { headers })
    assert.equal(status, isAllowed ? 200 : 403)
    for (const review of [
      await stage.resource(SubjectAccessReview).create({ spec }),
      await stage.resource(LocalSubjectAccessReview, namespace).create({ metadata: { namespace }, spec }),
    ])
      assert.equal(review.status.allowed, isAllowed)
  }
  await check(false)
  // Beyond upstream: the answer changes with the rights.
  await stage.resource(RoleBinding, namespace).create({
    metadata: { name: 'viewer' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'ServiceAccount', name: 'e2e', namespace }],
  })
  await eventually(() => check(true))
})
