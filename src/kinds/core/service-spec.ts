/** ServiceSpec: what is wanted of a service. */

import { bool, int32, intOrString, known, oneOf, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { fillSpec } from './service/defaults.ts'

export class ServicePort extends struct(
  {
    name: field(1, string, 'Name of the port; needed when there are several.'),
    protocol: field(2, oneOf('SCTP', 'TCP', 'UDP'), 'TCP, UDP or SCTP.', { default: 'TCP' }),
    appProtocol: field(6, string, 'Protocol within, such as kubernetes.io/h2c, as a hint for proxies.', { explicit: true }),
    port: field(3, int32, 'Port of the service.', { always: true }),
    targetPort: field(4, intOrString, 'Port of the pods, by number or name; the same number unless given.', { written: true }),
    nodePort: field(5, int32, 'Port of every node that leads here, for NodePort and LoadBalancer.'),
  },
  {
    // A port that names no target leads to the same number.
    fill: port => {
      if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port
    },
  },
) {}

export class ClientIPConfig extends struct({
  timeoutSeconds: field(1, int32, 'For how many seconds a client stays with a pod.', { explicit: true }),
}) {}

export class SessionAffinityConfig extends struct({
  clientIP: field(1, ClientIPConfig, 'Settings of affinity by client address.'),
}) {}

export class ServiceSpec extends struct(
  {
    ports: field(
      1,
      list(ServicePort, { listType: 'map', keys: ['port', 'protocol'], patchKey: 'port', patchStrategy: 'merge' }),
      'Ports that the service has.',
    ),
    selector: field(
      2,
      map(string, { atomic: true }),
      'Labels of the pods behind the service; without it, somebody else keeps the endpoints.',
    ),
    clusterIP: field(3, string, "The service's address within the cluster; None for a headless service."),
    clusterIPs: field(18, list(string, { listType: 'atomic' }), 'Its addresses within the cluster, at most one of each family.'),
    type: field(
      4,
      oneOf('ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'),
      'ClusterIP within the cluster, NodePort at every node, LoadBalancer outside, or an ExternalName.',
      { default: 'ClusterIP' },
    ),
    externalIPs: field(5, list(string, { listType: 'atomic' }), 'Further addresses for which nodes take traffic to the service.'),
    sessionAffinity: field(7, oneOf('ClientIP', 'None'), 'ClientIP lets each client stay with one pod.', { default: 'None' }),
    loadBalancerIP: field(8, string, 'The address wished of the load balancer; deprecated.'),
    loadBalancerSourceRanges: field(9, list(string, { listType: 'atomic' }), 'From which ranges the load balancer takes traffic.'),
    externalName: field(10, string, 'The name to which clients are sent, as a CNAME.'),
    externalTrafficPolicy: field(11, oneOf('Cluster', 'Local'), 'Whether traffic from outside may leave the node on which it arrived.'),
    healthCheckNodePort: field(12, int32, 'Port at which nodes tell load balancers whether they have a pod of the service.'),
    publishNotReadyAddresses: field(13, bool, 'Whether pods count before they are ready.'),
    sessionAffinityConfig: field(14, SessionAffinityConfig, 'Settings of the session affinity.'),
    ipFamilies: field(19, list(known('IPv4', 'IPv6', ''), { listType: 'atomic' }), 'IPv4, IPv6 or both, in order of preference.'),
    ipFamilyPolicy: field(
      17,
      oneOf('PreferDualStack', 'RequireDualStack', 'SingleStack'),
      'Whether the service has one family, both if possible, or both.',
      { explicit: true },
    ),
    allocateLoadBalancerNodePorts: field(20, bool, 'Whether a load balancer needs node ports.', { explicit: true }),
    loadBalancerClass: field(21, string, 'Which of several load balancers serves it; the usual one when absent.', { explicit: true }),
    internalTrafficPolicy: field(22, oneOf('Cluster', 'Local'), 'Whether traffic from within may leave the node on which it began.', {
      explicit: true,
    }),
    trafficDistribution: field(23, string, 'Which pods are preferred: those in the same zone or on the same node.', { explicit: true }),
  },
  { fill: fillSpec },
) {}
