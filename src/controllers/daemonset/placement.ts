/** Which nodes a daemon set's pod belongs on. Upstream: NodeShouldRunDaemonPod, AddOrUpdateDaemonPodTolerations. */
import type { DaemonSet } from '#kinds/apps/daemon-set.ts'
import type { Node } from '#kinds/core/node.ts'
import { demandsMet } from '#kinds/core/node-selection.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { Toleration } from '#kinds/core/taint.ts'
import { untolerated } from '#kinds/core/tolerations.ts'

/** What daemons bear although nobody says so: they are what mends a node, or serves all others there. */
const BORNE: readonly (readonly [string, Toleration['effect']])[] = [
  ['not-ready', 'NoExecute'],
  ['unreachable', 'NoExecute'],
  ['disk-pressure', 'NoSchedule'],
  ['memory-pressure', 'NoSchedule'],
  ['pid-pressure', 'NoSchedule'],
  ['unschedulable', 'NoSchedule'],
]
const BORNE_BY_HOST_NETWORK = ['network-unavailable', 'NoSchedule'] as const

export function tolerationsOf({ spec }: DaemonSet): readonly Toleration[] {
  const { tolerations = [], hostNetwork } = spec.template.spec
  const more = [...BORNE, ...(hostNetwork ? [BORNE_BY_HOST_NETWORK] : [])].map(([name, effect]) => ({
    key: `node.kubernetes.io/${name}`,
    operator: 'Exists' as const,
    ...(effect && { effect }),
  }))
  const isThere = ({ key, effect }: Toleration) =>
    tolerations.some(one => one.key === key && one.effect === effect && one.operator === 'Exists' && one.tolerationSeconds === undefined)
  return [...tolerations, ...more.filter(one => !isThere(one))]
}

export interface Placement {
  readonly shouldRun: boolean
  /** A pod that runs there may stay although a new one would not be put there. */
  readonly mayStay: boolean
}
export function placementOn(node: Node, set: DaemonSet): Placement {
  const { spec } = set.spec.template
  const isMeant = (!spec.nodeName || spec.nodeName === node.metadata.name) && demandsMet(spec, node)
  if (!isMeant) return { shouldRun: false, mayStay: false }
  const tolerations = tolerationsOf(set)
  const repels = (effects: readonly ('NoSchedule' | 'NoExecute')[]) =>
    untolerated(node.spec.taints ?? [], tolerations, effects) !== undefined
  return { shouldRun: !repels(['NoSchedule', 'NoExecute']), mayStay: !repels(['NoExecute']) }
}

/** The node on which the pod is, or shall be. */
export function targetOf({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  return terms.flatMap(({ matchFields = [] }) => matchFields).find(({ key, operator }) => key === 'metadata.name' && operator === 'In')
    ?.values?.[0]
}
