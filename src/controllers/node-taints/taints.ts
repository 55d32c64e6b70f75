/** Which taints a node's conditions call for. Upstream: nodelifecycle controller, TaintNodesByCondition. */
import type { Node } from '#kinds/core/node.ts'
import type { Taint } from '#kinds/core/taint.ts'

type Effect = Taint['effect']
/** A condition in this status puts this taint on the node; Ready also drives pods away that run there. */
const ROWS: readonly { type: string; status: string; key: string; effects: readonly Effect[] }[] = [
  { type: 'Ready', status: 'False', key: 'node.kubernetes.io/not-ready', effects: ['NoSchedule', 'NoExecute'] },
  { type: 'Ready', status: 'Unknown', key: 'node.kubernetes.io/unreachable', effects: ['NoSchedule', 'NoExecute'] },
  { type: 'MemoryPressure', status: 'True', key: 'node.kubernetes.io/memory-pressure', effects: ['NoSchedule'] },
  { type: 'DiskPressure', status: 'True', key: 'node.kubernetes.io/disk-pressure', effects: ['NoSchedule'] },
  { type: 'PIDPressure', status: 'True', key: 'node.kubernetes.io/pid-pressure', effects: ['NoSchedule'] },
  { type: 'NetworkUnavailable', status: 'True', key: 'node.kubernetes.io/network-unavailable', effects: ['NoSchedule'] },
]
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable'
const OURS = new Set([UNSCHEDULABLE, ...ROWS.map(({ key }) => key)])

const DRIVING = new Set(ROWS.filter(({ effects }) => effects.includes('NoExecute')).map(({ key }) => key))

const isDriving = ({ key, effect }: Taint): boolean => effect === 'NoExecute' && DRIVING.has(key)
/** Whether the node drives its pods away, because of its state. */
export const drives = ({ spec }: Pick<Node, 'spec'>): boolean => spec?.taints?.some(isDriving) ?? false

/**
 * The taints that the node should have: those of others as they are, ours as its conditions say. `at` is an RFC 3339 timestamp for new ones.
 * Pods are driven away only where `mayDrive`.
 */
export function wantedTaints({ spec, status }: Pick<Node, 'spec' | 'status'>, at: string, mayDrive: boolean): readonly Taint[] {
  const present = spec?.taints ?? []
  const conditions = status?.conditions ?? []
  // A node that has not spoken yet keeps the taint with which it was admitted.
  if (!conditions.some(({ type }) => type === 'Ready')) return withCordon(present, spec?.unschedulable ?? false, at)
  const due = ROWS.filter(row => conditions.some(({ type, status }) => type === row.type && status === row.status)).flatMap(
    ({ key, effects }) => effects.filter(effect => mayDrive || effect !== 'NoExecute').map(effect => ({ key, effect })),
  )
  const others = present.filter(taint => !OURS.has(taint.key) || taint.key === UNSCHEDULABLE)
  const ours = due.map(
    ({ key, effect }) => present.find(taint => taint.key === key && taint.effect === effect) ?? { key, effect, timeAdded: at },
  )
  return withCordon([...others, ...ours], spec?.unschedulable ?? false, at)
}

function withCordon(taints: readonly Taint[], isCordoned: boolean, at: string): readonly Taint[] {
  const has = taints.some(({ key }) => key === UNSCHEDULABLE)
  if (isCordoned === has) return taints
  return isCordoned
    ? [...taints, { key: UNSCHEDULABLE, effect: 'NoSchedule', timeAdded: at }]
    : taints.filter(({ key }) => key !== UNSCHEDULABLE)
}
