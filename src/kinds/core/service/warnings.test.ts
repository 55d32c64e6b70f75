/** What is advised about services. Upstream: pkg/api/service/warnings_test.go. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServiceSpec } from '../service-spec.ts'
import { serviceWarnings } from './warnings.ts'

const rows: readonly (readonly [spec: object, annotations: Readonly<Record<string, string>>, warnings: readonly string[]])[] = [
  [{}, {}, []],
  [
    {},
    { 'service.kubernetes.io/topology-aware-hints': 'Auto' },
    ['annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead'],
  ],
  [{ externalIPs: ['203.0.113.7'] }, {}, ['spec.externalIPs is deprecated and may no longer be implemented in some clusters']],
  [
    { clusterIP: 'None', clusterIPs: ['None'], externalIPs: ['203.0.113.7'], loadBalancerIP: '203.0.113.8', sessionAffinity: 'ClientIP' },
    {},
    [
      'spec.loadBalancerIP is ignored for headless services',
      'spec.externalIPs is ignored for headless services',
      'spec.SessionAffinity is ignored for headless services',
    ],
  ],
  [
    { type: 'ExternalName', externalName: 'a.b', externalIPs: ['203.0.113.7'] },
    {},
    ['spec.externalIPs is ignored when spec.type is "ExternalName"'],
  ],
  [{ externalName: 'a.b' }, {}, ['spec.externalName is ignored when spec.type is not "ExternalName"']],
  [{ trafficDistribution: 'PreferClose' }, {}, ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"']],
  [
    { clusterIP: 'FD00::1', clusterIPs: ['FD00::1'] },
    {},
    ['spec.clusterIPs[0]: IPv6 address "FD00::1" should be in RFC 5952 canonical format ("fd00::1")'],
  ],
  [
    { type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.0/8', 'fd00:0:0::/64'] },
    {},
    ['spec.loadBalancerSourceRanges[1]: IPv6 CIDR value "fd00:0:0::/64" should be in RFC 5952 canonical format ("fd00::/64")'],
  ],
]
for (const [spec, annotations, warnings] of rows)
  test(`of ${JSON.stringify({ ...spec, ...annotations })} is said: ${warnings.join(', ') || 'nothing'}`, () => {
    const given = { type: 'ClusterIP', clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], sessionAffinity: 'None', ...spec } as ServiceSpec
    assert.deepEqual(serviceWarnings({ metadata: { annotations }, spec: given }), warnings)
  })
