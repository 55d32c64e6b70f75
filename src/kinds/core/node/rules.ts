/** Rules for nodes. Upstream: ValidateNode, ValidateNodeUpdate. */
import { internalForm } from '#kinds/internal-form.ts'
import { checkLabelName } from '#kinds/meta/label-rules.ts'
import { isCIDR, isLabelValue } from '#kinds/meta/names.ts'
import { isEqual } from '#schema/json-value.ts'
import type { Path } from '#schema/vocabulary.ts'
import type { NodeSpec } from '../node-spec.ts'
import { EFFECTS, type Taint } from '../taint.ts'

export function checkSpec(spec: NodeSpec, at: Path, before?: NodeSpec): void {
  for (const [i, range] of (spec.podCIDRs ?? []).entries()) {
    const wrong = isCIDR(range)
    if (wrong) at.key('podCIDRs').index(i).invalid(range, wrong)
  }
  if ((spec.podCIDRs ?? []).length > 2) at.key('podCIDRs').invalid(spec.podCIDRs, 'may specify no more than one CIDR for each IP family')
  if (!before) return
  if (before.podCIDRs?.length && !isEqual(before.podCIDRs, spec.podCIDRs))
    at.key('podCIDRs').forbidden('node updates may not change podCIDR except from "" to valid')
  if (before.providerID && before.providerID !== spec.providerID)
    at.key('providerID').forbidden('node updates may not change providerID except from "" to valid')
}

/** Upstream tells of taints as if they stood in the metadata. */
export function checkTaints(taints: readonly Taint[], at: Path): void {
  const seen = new Set<string>()
  for (const [i, { key, value = '', effect, timeAdded }] of taints.entries()) {
    checkLabelName(key, at.index(i).key('key'))
    const wrong = isLabelValue(value)
    if (wrong) at.index(i).key('value').invalid(value, wrong)
    if (effect === '') at.index(i).key('effect').required()
    else if (!(EFFECTS as readonly string[]).includes(effect)) at.index(i).key('effect').unsupported(effect, EFFECTS)
    const pair = `${key} ${effect}`
    if (seen.has(pair))
      at.index(i).duplicate(
        internalForm({ key, value, effect, timeAdded }, ['key', 'value', 'effect', 'timeAdded']),
        'taints must be unique by key and effect pair',
      )
    seen.add(pair)
  }
}
