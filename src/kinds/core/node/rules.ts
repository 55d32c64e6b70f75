/** Rules for nodes. Upstream: ValidateNode, ValidateNodeUpdate. */
import { checkLabelName } from '#kinds/meta/label-rules.ts'
import { isCIDR, isLabelValue } from '#kinds/meta/names.ts'
import { isEqual } from '#schema/json-value.ts'
import type { Path } from '#schema/vocabulary.ts'
import type { NodeSpec } from '../node-spec.ts'
import type { Taint } from '../taint.ts'

export function checkSpec(spec: NodeSpec, at: Path, before?: NodeSpec): void {
  checkTaints(spec.taints ?? [], at.key('taints'))
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

function checkTaints(taints: readonly Taint[], at: Path): void {
  const seen = new Set<string>()
  for (const [i, { key, value = '', effect }] of taints.entries()) {
    checkLabelName(key, at.index(i).key('key'))
    const wrong = isLabelValue(value)
    if (wrong) at.index(i).key('value').invalid(value, wrong)
    const pair = `${key} ${effect}`
    if (seen.has(pair)) at.index(i).duplicate({ key, value, effect })
    seen.add(pair)
  }
}
