/** Whether others have to go so that a pod that found no node gets one, and who. Pure. Upstream: framework/preemption. */
import { condition, isTerminating } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { PodDisruptionBudget } from '#kinds/policy/pod-disruption-budget.ts'
import { type Refused, unavailable, verdicts } from './cycle.ts'
import { DYNAMIC_RESOURCES } from './plugins/dynamic-resources.ts'
import type { Plugin } from './plugin.ts'
import { type NodeInfo, nodeName, priorityOf, type Snapshot } from './snapshot.ts'
import { startedAt, type Victims, victimsOn } from './victims.ts'

/** The reason in the condition of a pod that had to make room. */
export const PREEMPTED = 'PreemptionByScheduler'
/** So many nodes are looked at closely, or a tenth of those that may help when that is more. Upstream: minCandidateNodesAbsolute, minCandidateNodesPercentage. */
const CANDIDATES_MIN = 100
const CANDIDATES_SHARE = 0.1

export type Preemption =
  | Victims
  | {
      readonly node?: undefined
      /** What is added to the message why the pod has no node; empty when there is nothing to say. */
      readonly message: string
      /** Whether a node for which room was being made is still waited for. */
      readonly keepsNomination: boolean
    }
export interface Attempt {
  readonly snapshot: Snapshot
  readonly refused: Refused
  readonly plugins: readonly Plugin[]
  readonly budgets: readonly PodDisruptionBudget[]
  /** What came of the claims of devices, which are asked first; absent where they are not. */
  readonly word?: string | undefined
}

export function preempt(pod: Pod, attempt: Attempt): Preemption {
  const found = candidates(pod, attempt)
  return 'candidates' in found ? leastHarm(found.candidates, found.otherwise) : found
}

export interface Candidates {
  readonly candidates: readonly Victims[]
  /** When none of them is taken. */
  readonly otherwise: Preemption
}
/** Where room could be made, or why that is not even looked at. */
export function candidates(pod: Pod, { snapshot, refused, plugins, budgets, word }: Attempt): Candidates | Preemption {
  const { nodes } = snapshot
  if (nodes.length === 0) return { message: '', keepsNomination: false }
  if (word !== undefined && isUnseen(refused)) return { message: UNSEEN, keepsNomination: true }
  if (pod.spec.preemptionPolicy === 'Never') return ineligible('preemptionPolicy=Never', word)
  const helps = (info: NodeInfo) => {
    const verdict = refused.verdicts.get(nodeName(info))
    return Boolean(verdict && (verdict.plugin.evictionHelps?.(pod, info, verdict.reasons) ?? true))
  }
  const nominated = nodes.find(info => nodeName(info) === pod.status.nominatedNodeName)
  if (nominated && helps(nominated) && nominated.pods.some(other => priorityOf(other) < priorityOf(pod) && isMakingRoom(other)))
    return ineligible('a terminating pod on the nominated node', word)

  const judge = verdicts(pod, snapshot, plugins)
  const enough = Math.max(CANDIDATES_MIN, Math.floor(nodes.filter(helps).length * CANDIDATES_SHARE))
  const candidates: Victims[] = []
  const reasons: string[] = []
  for (const info of nodes) {
    if (candidates.length >= enough && candidates.some(({ violations }) => violations === 0)) break
    const found = helps(info) ? victimsOn(pod, info, { judge, budgets }) : ['Preemption is not helpful for scheduling']
    if ('node' in found) candidates.push(found)
    else reasons.push(...found)
  }
  return { candidates, otherwise: { message: `${before(word)}${unavailable(nodes.length, reasons)}`, keepsNomination: false } }
}
/** What is told where nobody ever has to go. */
export function unhelped({ snapshot, refused, word }: Attempt): Preemption {
  if (word === undefined || snapshot.nodes.length === 0) return { message: '', keepsNomination: false }
  return { message: isUnseen(refused) ? UNSEEN : ` ${word}`, keepsNomination: true }
}
const before = (word: string | undefined) => (word === undefined ? ' preemption: ' : ` ${word}, preemption: `)
/** Where no node was looked at, nobody has looked at claims of devices either: upstream then misses its notes on them, and tells of nothing else. */
const UNSEEN = ' not found'
const isUnseen = ({ isForbidden, plugins }: Refused) => isForbidden && !plugins.includes(DYNAMIC_RESOURCES)
const ineligible = (why: string, word: string | undefined) => ({
  message: `${before(word)}not eligible due to ${why}.`,
  keepsNomination: true,
})
function isMakingRoom(pod: Pod): boolean {
  const why = condition(pod, 'DisruptionTarget')
  return isTerminating(pod) && why?.status === 'True' && why.reason === PREEMPTED
}

/** Lower is better; each line breaks the ties of the lines above. Upstream: pickOneNodeForPreemption. */
const HARMS: readonly ((victims: Victims) => number)[] = [
  ({ violations }) => violations,
  ({ pods }) => highest(pods),
  // Shifted, so that one more victim of negative priority is not less harm.
  ({ pods }) => pods.reduce((total, pod) => total + priorityOf(pod) + 2 ** 31, 0),
  ({ pods }) => pods.length,
  ({ pods }) => -Math.min(...pods.filter(pod => priorityOf(pod) === highest(pods)).map(startedAt)),
]
const highest = (pods: readonly Pod[]) => Math.max(...pods.map(priorityOf))
export function leastHarm(candidates: readonly Victims[], otherwise: Preemption): Preemption {
  let best = candidates
  for (const harm of HARMS) {
    const least = Math.min(...best.map(harm))
    best = best.filter(each => harm(each) === least)
  }
  return best[0] ?? otherwise
}
