/** Which taints a pod bears. Reference: API concepts, "Taints and Tolerations". Numbers are not compared: that is an alpha feature (KEP-5471). */
import type { Taint, Toleration } from './taint.ts'

/** Whether one toleration answers one taint. */
export function tolerates({ key, operator, value, effect }: Toleration, taint: Pick<Taint, 'key' | 'value' | 'effect'>): boolean {
  if (effect && effect !== taint.effect) return false
  if (key && key !== taint.key) return false
  switch (operator ?? 'Equal') {
    case '':
    case 'Equal':
      return (value ?? '') === (taint.value ?? '')
    case 'Exists':
      return true
    default:
      return false
  }
}

/** The first taint of one of the effects that no toleration answers. */
export const untolerated = (
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  effects: readonly Taint['effect'][],
): Taint | undefined =>
  taints.find(taint => effects.includes(taint.effect) && !tolerations.some(toleration => tolerates(toleration, taint)))
