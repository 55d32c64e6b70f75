/** PodSecurity: pods are held to the standard that their namespace's labels name (KEP-2579). */
import { Namespace } from '#kinds/core/namespace.ts'
import { Pod } from '#kinds/core/pod.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import { isEqual } from '#schema/json-value.ts'
import type { Admission, AdmissionPlugin } from '../admission.ts'
import { denied } from '../denied.ts'
import type { Subject } from './check.ts'
import { details, reasons, violations } from './evaluate.ts'
import { compareLevels, isSame, type Policy, policyOf, type Standard, standardText } from './policy.ts'

/** How many of a namespace's pods are looked at when its labels change: upstream's limit, so that a label is not a long job. */
const PODS_MAX = 3000
/** Subresources of pods through which no pod comes. */
const NOT_PODS = new Set(['exec', 'attach', 'binding', 'eviction', 'log', 'portforward', 'proxy', 'status'])

export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  concerns: ({ operation, target }) =>
    (operation === 'CREATE' || operation === 'UPDATE') && CONCERNED.has(`${target.group}/${target.resource}`),
  async validate(admission) {
    const { group, resource, subresource } = admission.target
    if (group === '' && resource === 'namespaces' && !subresource) return onNamespace(admission)
    if (group === '' && resource === 'pods') return NOT_PODS.has(subresource) ? undefined : onPod(admission)
    const template = subresource ? undefined : templateOf(admission)
    if (template) await onTemplate(admission, template)
  },
}

async function onPod(admission: Admission): Promise<void> {
  const pod = admission.draft as Pod
  if (admission.operation === 'UPDATE' && !changesImages(pod, admission.before as Pod)) return
  const policy = await policyFor(admission)
  const found = violations(policy.enforce, pod)
  if (found.length) throw denied(admission, `violates PodSecurity "${standardText(policy.enforce)}": ${details(found)}`)
  warn(admission, policy, pod)
}
/** What makes pods is only warned of: the pods themselves are refused. */
async function onTemplate(admission: Admission, template: Subject): Promise<void> {
  warn(admission, await policyFor(admission), template)
}
function warn(admission: Admission, { warn: standard }: Policy, subject: Subject): void {
  const found = violations(standard, subject)
  if (found.length) admission.warn(`would violate PodSecurity "${standardText(standard)}": ${details(found)}`)
}
async function policyFor({ objects, target }: Admission): Promise<Policy> {
  const namespace = await objects.get(Namespace, { name: target.namespace })
  return policyOf(namespace?.metadata.labels).policy
}

// `any`: the object is of the resource that the row names
const inSpec = (object: any) => object?.spec?.template
// `any`: as above
const TEMPLATES: Readonly<Record<string, (object: any) => Subject | undefined>> = {
  '/replicationcontrollers': inSpec,
  '/podtemplates': object => object?.template,
  'apps/deployments': inSpec,
  'apps/replicasets': inSpec,
  'apps/statefulsets': inSpec,
  'apps/daemonsets': inSpec,
  'batch/jobs': inSpec,
  'batch/cronjobs': object => object?.spec?.jobTemplate?.spec?.template,
}
const CONCERNED = new Set(['/namespaces', '/pods', ...Object.keys(TEMPLATES)])
/** The pod template of a workload, if this is one. */
function templateOf({ target, draft }: Admission): Subject | undefined {
  const template = TEMPLATES[`${target.group}/${target.resource}`]?.(draft)
  return template?.spec ? { metadata: template.metadata ?? {}, spec: template.spec } : undefined
}

function changesImages(pod: Pod, before: Pod): boolean {
  const images = (list: readonly { readonly image?: string }[] | undefined) => (list ?? []).map(({ image }) => image)
  if (!isEqual(images(pod.spec.containers), images(before.spec.containers))) return true
  if (!isEqual(images(pod.spec.initContainers), images(before.spec.initContainers))) return true
  const known = new Map((before.spec.ephemeralContainers ?? []).map(({ name, image }) => [name, image]))
  return (pod.spec.ephemeralContainers ?? []).some(({ name, image }) => !known.has(name) || known.get(name) !== image)
}

async function onNamespace(admission: Admission): Promise<void> {
  const namespace = admission.draft as Namespace
  const { policy, problems } = policyOf(namespace.metadata.labels)
  const before = admission.operation === 'UPDATE' ? policyOf((admission.before as Namespace).metadata.labels) : undefined
  if (problems.length && (!before || !isEqual(problems, before.problems)))
    throw refuse.invalid({ group: '', resource: 'namespaces', kind: 'Namespace' }, namespace.metadata.name ?? '', problems)
  if (!before) return
  const next = policy.enforce
  const last = before.policy.enforce
  const isRelaxed = next.version === last.version && compareLevels(next.level, last.level) <= 0
  if (isSame(next, last) || next.level === 'privileged' || isRelaxed) return
  for (const warning of await existing(admission, namespace.metadata.name ?? '', next)) admission.warn(warning)
}
/** What the pods that are already there would violate; pods with the same violations are told of together. */
async function existing({ objects }: Admission, namespace: string, standard: Standard): Promise<readonly string[]> {
  const pods = await objects.list(Pod, namespace)
  const byReasons = new Map<string, string[]>()
  for (const pod of pods.slice(0, PODS_MAX)) {
    const found = reasons(violations(standard, pod))
    if (found) byReasons.set(found, [...(byReasons.get(found) ?? []), pod.metadata.name ?? ''])
  }
  const lines = [...byReasons].map(([found, names]) => {
    const [first] = names.sort()
    const others = names.length - 1
    return `${first}${others ? ` (and ${others} other ${others === 1 ? 'pod' : 'pods'})` : ''}: ${found}`
  })
  return [
    ...(pods.length > PODS_MAX
      ? [`new PodSecurity enforce level only checked against the first ${PODS_MAX} of ${pods.length} existing pods`]
      : []),
    ...(lines.length
      ? [`existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${standardText(standard)}"`]
      : []),
    ...lines.sort(),
  ]
}
