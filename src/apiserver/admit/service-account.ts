/** ServiceAccount: every pod runs as an account of its namespace, and finds that account's token in its containers. */
import type { Random } from '#base/random.ts'
import type { Container } from '#kinds/core/container.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { ServiceAccount } from '#kinds/core/service-account.ts'
import type { Draft } from '#schema/vocabulary.ts'
import type { Admission, AdmissionPlugin } from './admission.ts'
import { denied, is } from './denied.ts'
import { secretNames } from '../pod-references.ts'

const MIRROR = 'kubernetes.io/config.mirror'
const ENFORCE_SECRETS = 'kubernetes.io/enforce-mountable-secrets'
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'
const VOLUME = 'kube-api-access-'
const VOLUME_LETTERS = 'bcdfghjklmnpqrstvwxz2456789'
/** Seven seconds more than an hour, by which the token request knows such volumes. */
const TOKEN_SECONDS = 3607

export const serviceAccount = (random: Random): AdmissionPlugin => ({
  name: 'ServiceAccount',
  concerns: admission => is(admission, 'pods') && admission.operation === 'CREATE',
  async mutate(admission) {
    const pod = admission.draft as Draft<Pod>
    if (isMirror(pod)) return
    pod.spec.serviceAccountName ||= 'default'
    pod.spec.serviceAccount = pod.spec.serviceAccountName
    const account = await accountOf(admission, pod)
    if (pod.spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(pod, random)
    if (!pod.spec.imagePullSecrets?.length && account.imagePullSecrets?.length)
      pod.spec.imagePullSecrets = structuredClone(account.imagePullSecrets) as Draft<typeof account.imagePullSecrets>
  },
  async validate(admission) {
    const pod = admission.draft as Pod
    if (isMirror(pod)) return checkMirror(admission, pod)
    if (!pod.spec.serviceAccountName)
      throw denied(admission, `no service account specified for pod ${admission.target.namespace}/${pod.metadata.name}`)
    const account = await accountOf(admission, pod)
    if (account.metadata.annotations?.[ENFORCE_SECRETS] === 'true') checkSecrets(admission, pod, account)
  },
})

const isMirror = ({ metadata }: { readonly metadata: { readonly annotations?: Readonly<Record<string, string>> } }) =>
  metadata.annotations?.[MIRROR] !== undefined

async function accountOf(admission: Admission, pod: Pod | Draft<Pod>): Promise<ServiceAccount> {
  const { namespace } = admission.target
  const name = pod.spec.serviceAccountName ?? ''
  const account = await admission.objects.get(ServiceAccount, { namespace, name })
  if (account) return account
  throw denied(admission, `error looking up service account ${namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`)
}

function mountToken({ spec }: Draft<Pod>, random: Random): void {
  const present = spec.volumes?.find(({ name }) => name.startsWith(VOLUME))
  const taken = new Set(spec.volumes?.map(({ name }) => name))
  const name = present?.name ?? freshName(taken, random)
  const all: Draft<Container>[] = [...(spec.initContainers ?? []), ...(spec.containers ?? [])]
  const lacking = all.filter(({ volumeMounts }) => !volumeMounts?.some(({ mountPath }) => mountPath === MOUNT_PATH))
  for (const container of lacking)
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: MOUNT_PATH }]
  if (!present && lacking.length) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)]
}
function freshName(taken: ReadonlySet<string>, random: Random): string {
  for (;;) {
    const letters = Array.from({ length: 5 }, () => VOLUME_LETTERS[random.integer(VOLUME_LETTERS.length)]).join('')
    if (!taken.has(VOLUME + letters)) return VOLUME + letters
  }
}
/** The token, the authority's certificate and the namespace, side by side. */
const tokenVolume = (name: string): NonNullable<Draft<Pod>['spec']['volumes']>[number] => ({
  name,
  projected: {
    sources: [
      { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
    ],
    defaultMode: 0o644,
  },
})

/** A node makes mirror pods of what it runs anyway; they must not open anything to it. */
function checkMirror(admission: Admission, pod: Pod): void {
  if (pod.spec.serviceAccountName) throw denied(admission, 'a mirror pod may not reference service accounts')
  if (secretNames(pod).length) throw denied(admission, 'a mirror pod may not reference secrets')
  const projects = pod.spec.volumes?.some(({ projected }) => projected?.sources?.some(source => source.serviceAccountToken))
  if (projects) throw denied(admission, 'a mirror pod may not use ServiceAccountToken volume projections')
}

/** Accounts can be limited to the secrets that they list. */
function checkSecrets(admission: Admission, { spec }: Pod, account: ServiceAccount): void {
  const mountable = new Set(account.secrets?.map(({ name }) => name))
  const refuseSecret = (where: string, secret: string | undefined) => {
    if (secret === undefined || mountable.has(secret)) return
    const name = account.metadata.name
    throw denied(
      admission,
      `${where} secret.secretName="${secret}" is not allowed because service account ${name} does not reference that secret`,
    )
  }
  for (const { secret } of spec.volumes ?? []) refuseSecret('volume with', secret?.secretName)
  for (const [kind, list] of [
    ['init container', spec.initContainers],
    ['container', spec.containers],
    ['ephemeral container', spec.ephemeralContainers],
  ] as const)
    for (const { name, env, envFrom } of list ?? []) {
      for (const { name: variable, valueFrom } of env ?? [])
        refuseSecret(`${kind} ${name} with envVar ${variable} referencing`, valueFrom?.secretKeyRef?.name)
      for (const { secretRef } of envFrom ?? []) refuseSecret(`${kind} ${name} with envFrom referencing`, secretRef?.name)
    }
  const pullable = new Set(account.imagePullSecrets?.map(({ name }) => name))
  for (const [i, { name }] of (spec.imagePullSecrets ?? []).entries())
    if (!pullable.has(name))
      throw denied(
        admission,
        `imagePullSecrets[${i}].name="${name}" is not allowed because service account ${account.metadata.name} does not reference that imagePullSecret`,
      )
}
