/** Tests of the families of a service. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServiceSpec } from '#kinds/core/service-spec.ts'
import type { Draft } from '#schema/vocabulary.ts'
import { type Family, settleFamilies } from './families.ts'

const BOTH: readonly Family[] = ['IPv4', 'IPv6']
const FOUR: readonly Family[] = ['IPv4']
const selector = { a: 'b' }
interface Row {
  readonly rule: string
  readonly cluster: readonly Family[]
  readonly spec: object
  readonly before?: object
  readonly families?: readonly string[]
  readonly policy?: string
  readonly problem?: string
}
const ROWS: readonly Row[] = [
  { rule: 'the first family by default', cluster: ['IPv6', 'IPv4'], spec: { selector }, families: ['IPv6'], policy: 'SingleStack' },
  {
    rule: 'that of the given address',
    cluster: BOTH,
    spec: { selector, clusterIP: 'fd00::1', clusterIPs: ['fd00::1'] },
    families: ['IPv6'],
    policy: 'SingleStack',
  },
  {
    rule: 'all that there are, if wanted',
    cluster: BOTH,
    spec: { selector, ipFamilyPolicy: 'PreferDualStack' },
    families: BOTH,
    policy: 'PreferDualStack',
  },
  {
    rule: 'only one where there is one',
    cluster: FOUR,
    spec: { selector, ipFamilyPolicy: 'PreferDualStack' },
    families: FOUR,
    policy: 'PreferDualStack',
  },
  {
    rule: 'the named one first',
    cluster: BOTH,
    spec: { selector, ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6'] },
    families: ['IPv6', 'IPv4'],
    policy: 'RequireDualStack',
  },
  {
    rule: 'two addresses need a policy',
    cluster: BOTH,
    spec: { selector, clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1', 'fd00::1'] },
    problem: 'spec.ipFamilyPolicy',
  },
  {
    rule: 'an address that is not the first of the list',
    cluster: BOTH,
    spec: { selector, clusterIP: '10.0.0.2', clusterIPs: ['10.0.0.1'] },
    problem: 'spec.clusterIPs',
  },
  { rule: 'a family that is named twice', cluster: BOTH, spec: { selector, ipFamilies: ['IPv4', 'IPv4'] }, problem: 'spec.ipFamilies[1]' },
  {
    rule: 'an address of no family of the cluster',
    cluster: FOUR,
    spec: { selector, clusterIP: 'fd00::1', clusterIPs: ['fd00::1'] },
    problem: 'spec.clusterIPs[0]',
  },
  {
    rule: 'an address of another family than named',
    cluster: BOTH,
    spec: { selector, clusterIP: 'fd00::1', clusterIPs: ['fd00::1'], ipFamilies: ['IPv4'] },
    problem: 'spec.clusterIPs[0]',
  },
  {
    rule: 'headless without selector: both',
    cluster: FOUR,
    spec: { clusterIP: 'None', clusterIPs: ['None'] },
    families: BOTH,
    policy: 'RequireDualStack',
  },
  {
    rule: 'headless with selector: as others',
    cluster: FOUR,
    spec: { clusterIP: 'None', clusterIPs: ['None'], selector },
    families: FOUR,
    policy: 'SingleStack',
  },
  { rule: 'external names have none', cluster: FOUR, spec: { type: 'ExternalName' } },
  {
    rule: 'a cluster that gained a family changes no service',
    cluster: BOTH,
    spec: { selector, ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4'], clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'] },
    before: { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4'], clusterIPs: ['10.0.0.1'] },
    families: FOUR,
    policy: 'PreferDualStack',
  },
  {
    rule: 'who asks for a single stack gives the second family up',
    cluster: BOTH,
    spec: { selector, ipFamilyPolicy: 'SingleStack', ipFamilies: BOTH, clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1', 'fd00::1'] },
    before: { ipFamilyPolicy: 'PreferDualStack', ipFamilies: BOTH, clusterIPs: ['10.0.0.1', 'fd00::1'] },
    families: FOUR,
    policy: 'SingleStack',
  },
]
for (const { rule, cluster, spec, before, families, policy, problem } of ROWS)
  test(`families: ${rule}`, () => {
    const draft = structuredClone({ type: 'ClusterIP', ...spec }) as unknown as Draft<ServiceSpec>
    const problems = settleFamilies(draft, cluster, before && ({ type: 'ClusterIP', ...before } as unknown as ServiceSpec))
    assert.deepEqual(
      problems.map(({ field }) => field),
      problem === undefined ? [] : [problem],
    )
    if (problem === undefined) assert.deepEqual([draft.ipFamilies, draft.ipFamilyPolicy], [families, policy])
  })
