/** Autoscalers of the same pods: each would undo what the other does, so that none of them scales. KEP-4247. */
import type { Pod } from '#kinds/core/pod.ts'
import { matchesLabels } from '#schema/select.ts'
import { parseLabelSelector } from '#schema/select-parse.ts'

/** What an autoscaler selects, as the scale of its target said last. */
export interface Selecting {
  readonly namespace: string
  readonly name: string
  readonly selector: string
}

/** What is wrong with the selector; undefined when no other autoscaler selects one of its pods. */
export function rivalry({ namespace, selector }: Selecting, all: Iterable<Selecting>, pods: readonly Pod[]): string | undefined {
  const rivals = [...all].filter(other => {
    if (other.namespace !== namespace) return false
    const selection = parseLabelSelector(other.selector)
    return pods.some(pod => matchesLabels(selection, pod.metadata.labels))
  })
  if (rivals.length < 2) return undefined
  const names = rivals.map(({ name }) => `{${name} ${namespace}}`).toSorted()
  return `pods by selector ${selector} are controlled by multiple HPAs: [${names.join(' ')}]`
}
