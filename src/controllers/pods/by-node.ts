/** The pods of a node. */
import type { Mirrors } from '#client/mirrors.ts'
import { Pod } from '#kinds/core/pod.ts'

const INDEX = 'node'
export function podsOn(mirrors: Mirrors, node: string): readonly Pod[] {
  const pods = mirrors.of(Pod)
  pods.addIndex(INDEX, ({ spec }) => (spec.nodeName ? [spec.nodeName] : []))
  return pods.by(INDEX, node)
}
