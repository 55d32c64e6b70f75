/** What becomes of objects on their way in, over the whole pipeline. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Refusal } from '#kinds/meta/refusal.ts'
import { startSecured } from './secured.ts'

const cluster = await startSecured()
after(() => cluster?.[Symbol.asyncDispose]())
const { root } = cluster
const namespace = async (name: string, labels = {}) => {
  await root.send({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name, labels } } })
  await root.send({ method: 'POST', path: `/api/v1/namespaces/${name}/serviceaccounts`, body: { metadata: { name: 'default' } } })
  return name
}
// `any`: tests know what they sent
type Answered = any
const create = async (path: string, body: object) => {
  const { body: made, warnings } = await root.send({ method: 'POST', path, body })
  return { made: made as Answered, warnings }
}
const refusal = async (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'not refused',
    (error: unknown) => (error instanceof Refusal ? error.message : Promise.reject(error)),
  )
const pod = (name: string, spec: object = {}) => ({ metadata: { name }, spec: { containers: [{ name: 'c', image: 'x' }], ...spec } })

test('a pod gets an account, a token, tolerations and a priority', async () => {
  const where = await namespace('filled')
  const { made } = await create(`/api/v1/namespaces/${where}/pods`, pod('p'))
  const { spec } = made
  assert.deepEqual(
    [spec.serviceAccountName, spec.serviceAccount, spec.priority, spec.preemptionPolicy],
    ['default', 'default', 0, 'PreemptLowerPriority'],
  )
  assert.deepEqual(
    spec.tolerations.map(({ key }: Answered) => key),
    ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'],
  )
  assert.match(spec.volumes[0].name, /^kube-api-access-/)
  assert.equal(spec.containers[0].volumeMounts[0].mountPath, '/var/run/secrets/kubernetes.io/serviceaccount')
})
test('a pod without its account is refused', async () => {
  const where = await namespace('no-account')
  const path = `/api/v1/namespaces/${where}/pods`
  assert.equal(
    await refusal(create(path, pod('p', { serviceAccountName: 'none' }))),
    `pods "p" is forbidden: error looking up service account ${where}/none: serviceaccount "none" not found`,
  )
})
test('nothing is made in a namespace that is not there', async () =>
  assert.equal(
    await refusal(create('/api/v1/namespaces/nowhere/configmaps', { metadata: { name: 'c' } })),
    'namespaces "nowhere" not found',
  ))
test('the first namespaces stay', async () =>
  assert.equal(
    await refusal(root.send({ method: 'DELETE', path: '/api/v1/namespaces/kube-system' })),
    'namespaces "kube-system" is forbidden: this namespace may not be deleted',
  ))
test('a strict namespace refuses pods and warns of workloads', async () => {
  const where = await namespace('strict', { 'pod-security.kubernetes.io/enforce': 'restricted' })
  assert.match(
    await refusal(create(`/api/v1/namespaces/${where}/pods`, pod('p'))),
    /^pods "p" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false \(container "c" must set securityContext\.allowPrivilegeEscalation=false\), unrestricted capabilities/,
  )
  const template = { metadata: { labels: { app: 'a' } }, spec: pod('').spec }
  const { warnings } = await create(`/apis/apps/v1/namespaces/${where}/deployments`, {
    metadata: { name: 'd' },
    spec: { selector: { matchLabels: { app: 'a' } }, template },
  })
  assert.match(warnings.join(), /would violate PodSecurity "restricted:latest"/)
})
test('a claim gets the default class and is protected', async () => {
  const where = await namespace('claims')
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' }
  await create('/apis/storage.k8s.io/v1/storageclasses', { metadata: { name: 'local', annotations }, provisioner: 'knarr' })
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
  const { made } = await create(`/api/v1/namespaces/${where}/persistentvolumeclaims`, { metadata: { name: 'c' }, spec })
  assert.deepEqual([made.spec.storageClassName, made.metadata.finalizers], ['local', ['kubernetes.io/pvc-protection']])
})
