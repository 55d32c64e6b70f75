/** Advice about pods that are accepted all the same. Upstream: pkg/api/pod/warnings.go. */
import { isDns1123Label } from '#kinds/meta/names.ts'
import type { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { parseQuantity } from '#schema/quantity.ts'
import type { Container } from '../container.ts'
import type { PodSpec } from '../pod-spec.ts'

interface Templated {
  readonly metadata: Pick<ObjectMeta, 'annotations'>
  readonly spec: PodSpec
}

const OLD_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
}
const OLD_VOLUMES = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
] as const
const OLD_SECCOMP = 'seccomp.security.alpha.kubernetes.io/pod'
const OLD_APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/'

/** Pods, and what names pods after itself, had better have names that can be hostnames. */
export function nameWarnings(
  { metadata: { name = '' } }: { readonly metadata: ObjectMeta },
  of: 'pod' | 'workload' = 'workload',
): readonly string[] {
  const wrong = isDns1123Label(name)
  const use = of === 'pod' ? "the Pod's hostname" : 'Pod names and hostnames'
  return wrong
    ? [`metadata.name: this is used in ${use}, which can result in surprising behavior; a DNS label is recommended: [${wrong}]`]
    : []
}

/** `at` is the path of the pod or template: '' for pods, else ending with a dot (`spec.template.`). */
export function podWarnings({ metadata, spec }: Templated, at = ''): readonly string[] {
  const here = `${at}spec`
  return [
    ...annotationWarnings(metadata.annotations ?? {}, `${at}metadata.annotations`),
    ...nodeLabelWarnings(spec, here),
    ...repeated((spec.hostAliases ?? []).map(({ ip }) => ip)).map(([i, ip]) => `${here}.hostAliases[${i}].ip: duplicate ip "${ip}"`),
    ...pullSecretWarnings(spec, `${here}.imagePullSecrets`),
    ...volumeWarnings(spec, `${here}.volumes`),
    ...(['initContainers', 'containers'] as const).flatMap(list =>
      (spec[list] ?? []).flatMap((container, i) => containerWarnings(container, `${here}.${list}[${i}]`)),
    ),
    ...(spec.terminationGracePeriodSeconds < 0
      ? [`${here}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
  ]
}

function annotationWarnings(annotations: Readonly<Record<string, string>>, at: string): readonly string[] {
  return Object.keys(annotations).flatMap(name => {
    if (name === OLD_SECCOMP) return [`${at}[${name}]: non-functional in v1.27+; use the "seccompProfile" field instead`]
    if (name.startsWith(OLD_APP_ARMOR)) return [`${at}[${name}]: deprecated since v1.30; use the "appArmorProfile" field instead`]
    return []
  })
}

function nodeLabelWarnings({ nodeSelector = {}, affinity }: PodSpec, at: string): readonly string[] {
  const advise = (key: string, path: string) => (Object.hasOwn(OLD_LABELS, key) ? [`${path}: ${OLD_LABELS[key]}`] : [])
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  const preferred = affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
  const root = `${at}.affinity.nodeAffinity`
  return [
    ...Object.keys(nodeSelector).flatMap(key => advise(key, `${at}.nodeSelector[${key}]`)),
    ...required.flatMap((term, i) =>
      (term.matchExpressions ?? []).flatMap(({ key }, j) =>
        advise(key, `${root}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${i}].matchExpressions[${j}].key`),
      ),
    ),
    ...preferred.flatMap(({ preference }, i) =>
      (preference.matchExpressions ?? []).flatMap(({ key }, j) =>
        advise(key, `${root}.preferredDuringSchedulingIgnoredDuringExecution[${i}].preference.matchExpressions[${j}].key`),
      ),
    ),
  ]
}

function pullSecretWarnings({ imagePullSecrets = [] }: PodSpec, at: string): readonly string[] {
  const names = imagePullSecrets.map(({ name }) => name ?? '')
  return [
    ...names.flatMap((name, i) => (name === '' ? [`${at}[${i}].name: invalid empty name ""`] : [])),
    ...repeated(names)
      .filter(([, name]) => name !== '')
      .map(([i, name]) => `${at}[${i}].name: duplicate name "${name}"`),
  ]
}
const volumeWarnings = ({ volumes = [] }: PodSpec, at: string): readonly string[] =>
  volumes.flatMap((volume, i) => OLD_VOLUMES.flatMap(([source, text]) => (volume[source] ? [`${at}[${i}].${source}: ${text}`] : [])))

function containerWarnings({ env = [], ports = [], resources }: Container, at: string): readonly string[] {
  const fractions = (['limits', 'requests'] as const).flatMap(side =>
    Object.entries(resources[side] ?? {}).flatMap(([name, amount]) =>
      (name === 'memory' || name === 'ephemeral-storage' || name.startsWith('hugepages-')) &&
      parseQuantity(amount).nanos % 1_000_000_000n !== 0n
        ? [`${at}.resources.${side}[${name}]: fractional byte value "${amount}" is invalid, must be an integer`]
        : [],
    ),
  )
  const hidden = env.flatMap(({ name, value }, i) => {
    const isKnown = env.slice(0, i).some(one => one.name === name)
    // `$(NAME)` in its own value makes use of the one before.
    return isKnown && !value?.includes(`$(${name})`)
      ? [`${at}.env[${i}]: hides previous definition of "${name}", which may be dropped when using apply`]
      : []
  })
  const same = ports.flatMap((port, i) => {
    const first = ports.slice(0, i).findIndex(one => one.containerPort === port.containerPort && one.protocol === port.protocol)
    return first < 0 ? [] : [`${at}.ports[${i}]: duplicate port definition with ${at}.ports[${first}]`]
  })
  return [...fractions, ...hidden, ...same]
}

/** Places of values that were seen before. */
function repeated(values: readonly string[]): readonly (readonly [place: number, value: string])[] {
  return values.map((value, i) => [i, value] as const).filter(([i, value]) => values.indexOf(value) !== i)
}
