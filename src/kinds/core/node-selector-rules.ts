/** Rules for selectors of nodes. Upstream: ValidateNodeSelectorRequirement, ValidateNodeFieldSelectorRequirement. */
import { checkLabelName } from '#kinds/meta/label-rules.ts'
import { isDns1123Subdomain, isLabelValue } from '#kinds/meta/names.ts'
import type { Path } from '#schema/vocabulary.ts'

interface Requirement {
  readonly key: string
  readonly operator: string
  readonly values?: readonly string[]
}

export function checkRequirement({ key, operator, values = [] }: Requirement, at: Path): void {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) at.key('values').required("must be specified when `operator` is 'In' or 'NotIn'")
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) at.key('values').forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1) at.key('values').required("must be specified single value when `operator` is 'Lt' or 'Gt'")
  } else at.key('operator').invalid(operator, 'not a valid selector operator')
  checkLabelName(key, at.key('key'))
  for (const [i, value] of values.entries()) {
    const wrong = isLabelValue(value)
    if (wrong) at.key('values').index(i).invalid(value, wrong)
  }
}

/** Fields: only the name of the node, and only one at a time. */
export function checkTerm({ matchFields = [] }: { readonly matchFields?: readonly Requirement[] }, at: Path): void {
  for (const [i, { key, operator, values = [] }] of matchFields.entries()) {
    const here = at.key('matchFields').index(i)
    if (operator !== 'In' && operator !== 'NotIn') here.key('operator').invalid(operator, 'not a valid selector operator')
    else if (values.length !== 1)
      here.key('values').required("must be only one value when `operator` is 'In' or 'NotIn' for node field selector")
    if (key !== 'metadata.name') {
      here.key('key').invalid(key, 'not a valid field selector key')
      continue
    }
    for (const [j, value] of values.entries()) {
      const wrong = isDns1123Subdomain(value)
      if (wrong) here.key('values').index(j).invalid(value, wrong)
    }
  }
}
export const isWeight = (weight: number) => (weight >= 1 && weight <= 100 ? undefined : 'must be in the range 1-100')
