/** ServiceCIDR: ranges from which services get their addresses. */

import { parseCidr } from '#base/cidr.ts'
import { age } from '#kinds/columns.ts'
import { Condition } from '#kinds/meta/condition.ts'
import { isCIDR } from '#kinds/meta/names.ts'
import { string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class ServiceCIDRSpec extends struct(
  {
    cidrs: field(
      1,
      list(string, { listType: 'atomic' }),
      'One or two ranges, of different IP families, from which services get addresses.',
    ),
  },
  {
    validate: ({ cidrs = [] }, at, before) => {
      const here = at.key('cidrs')
      if (!cidrs.length) here.required('at least one CIDR required')
      const families = cidrs.map(cidr => parseCidr(cidr)?.address.family)
      if (cidrs.length > CIDRS_MAX) here.invalid(cidrs, 'may only hold up to 2 values')
      else if (cidrs.length === CIDRS_MAX && families[0] === families[1])
        here.invalid(cidrs, 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/96')
      for (const [i, cidr] of cidrs.entries()) {
        const wrong = isCIDR(cidr)
        if (wrong) here.index(i).invalid(cidr, wrong)
      }
      // A second family may be added later; what is there stays.
      for (const [i, cidr] of (before?.cidrs ?? []).entries())
        if (cidrs[i] !== cidr) here.index(i).invalid(cidrs[i] ?? null, 'field is immutable')
    },
  },
) {}

export class ServiceCIDRStatus extends struct({
  conditions: field(
    1,
    list(Condition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    'Findings about the present state.',
  ),
}) {}

export class ServiceCIDR extends kind({
  plural: 'servicecidrs',
  scope: 'Cluster',
  fields: {
    spec: field(2, ServiceCIDRSpec, 'What is wanted.', { written: true }),
    status: field(3, ServiceCIDRStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
  columns: { CIDRs: ({ spec }) => (spec.cidrs ?? []).join(','), Age: age },
}) {}

/** One for each IP family. */
const CIDRS_MAX = 2
