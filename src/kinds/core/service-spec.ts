/** ServiceSpec: what is wanted of a service. */

import { bool, int32, intOrString, known, oneOf, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { fillSpec } from './service/defaults.ts'

export class ServicePort extends struct(
  {
    name: field(1, string, 'Name.'),
    protocol: field(2, oneOf('SCTP', 'TCP', 'UDP'), 'Protocol.', { default: 'TCP' }),
    appProtocol: field(6, string, 'App protocol.', { explicit: true }),
    port: field(3, int32, 'Port.', { always: true }),
    targetPort: field(4, intOrString, 'Target port.', { written: true }),
    nodePort: field(5, int32, 'Node port.'),
  },
  {
    // A port that names no target leads to the same number.
    fill: port => {
      if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port
    },
  },
) {}

export class ClientIPConfig extends struct({
  timeoutSeconds: field(1, int32, 'Timeout seconds.', { explicit: true }),
}) {}

export class SessionAffinityConfig extends struct({
  clientIP: field(1, ClientIPConfig, 'Client ip.'),
}) {}

export class ServiceSpec extends struct(
  {
    ports: field(1, list(ServicePort, { listType: 'map', keys: ['port', 'protocol'], patchKey: 'port', patchStrategy: 'merge' }), 'Ports.'),
    selector: field(2, map(string, { atomic: true }), 'Selector.'),
    clusterIP: field(3, string, 'Cluster ip.'),
    clusterIPs: field(18, list(string, { listType: 'atomic' }), 'Cluster i ps.'),
    type: field(4, oneOf('ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'), 'Type.', { default: 'ClusterIP' }),
    externalIPs: field(5, list(string, { listType: 'atomic' }), 'External i ps.'),
    sessionAffinity: field(7, oneOf('ClientIP', 'None'), 'Session affinity.', { default: 'None' }),
    loadBalancerIP: field(8, string, 'Load balancer ip.'),
    loadBalancerSourceRanges: field(9, list(string, { listType: 'atomic' }), 'Load balancer source ranges.'),
    externalName: field(10, string, 'External name.'),
    externalTrafficPolicy: field(11, oneOf('Cluster', 'Local'), 'External traffic policy.'),
    healthCheckNodePort: field(12, int32, 'Health check node port.'),
    publishNotReadyAddresses: field(13, bool, 'Publish not ready addresses.'),
    sessionAffinityConfig: field(14, SessionAffinityConfig, 'Session affinity config.'),
    ipFamilies: field(19, list(known('IPv4', 'IPv6', ''), { listType: 'atomic' }), 'Ip families.'),
    ipFamilyPolicy: field(17, oneOf('PreferDualStack', 'RequireDualStack', 'SingleStack'), 'Ip family policy.', { explicit: true }),
    allocateLoadBalancerNodePorts: field(20, bool, 'Allocate load balancer node ports.', { explicit: true }),
    loadBalancerClass: field(21, string, 'Load balancer class.', { explicit: true }),
    internalTrafficPolicy: field(22, oneOf('Cluster', 'Local'), 'Internal traffic policy.', { explicit: true }),
    trafficDistribution: field(23, string, 'Traffic distribution.', { explicit: true }),
  },
  { fill: fillSpec },
) {}
