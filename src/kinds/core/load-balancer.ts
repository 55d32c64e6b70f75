/** What a load balancer in front of a service or ingress reports. */
import { int32, known, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class PortStatus extends struct({
  port: field(1, int32, 'Port.', { always: true }),
  protocol: field(2, known('TCP', 'UDP', 'SCTP'), 'Protocol.', { always: true }),
  error: field(3, string, 'Error.', { explicit: true }),
}) {}

export class LoadBalancerIngress extends struct(
  {
    ip: field(1, string, 'Ip.'),
    hostname: field(2, string, 'Hostname.'),
    ipMode: field(3, known('VIP', 'Proxy'), 'Ip mode.', { explicit: true }),
    ports: field(4, list(PortStatus, { listType: 'atomic' }), 'Ports.'),
  },
  {
    // Addresses, unlike names, are taken over by the nodes unless the balancer says otherwise (KEP-1860).
    fill: ingress => {
      if (ingress.ip) ingress.ipMode ??= 'VIP'
    },
  },
) {}

export class LoadBalancerStatus extends struct({
  ingress: field(1, list(LoadBalancerIngress, { listType: 'atomic' }), 'Ingress.'),
}) {}
