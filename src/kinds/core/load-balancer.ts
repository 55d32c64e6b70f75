/** What a load balancer in front of a service or ingress reports. */
import { int32, known, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class PortStatus extends struct({
  port: field(1, int32, 'Port of the service.', { always: true }),
  protocol: field(2, known('TCP', 'UDP', 'SCTP'), 'TCP, UDP or SCTP.', { always: true }),
  error: field(3, string, 'Why the port is not served, as one word.', { explicit: true }),
}) {}

export class LoadBalancerIngress extends struct(
  {
    ip: field(1, string, 'IP address.'),
    hostname: field(2, string, 'Host name.'),
    ipMode: field(3, known('VIP', 'Proxy'), 'Whether nodes answer for the address themselves (VIP) or send packets out to it (Proxy).', {
      explicit: true,
    }),
    ports: field(4, list(PortStatus, { listType: 'atomic' }), 'How single ports are served.'),
  },
  {
    // Addresses, unlike names, are taken over by the nodes unless the balancer says otherwise (KEP-1860).
    fill: ingress => {
      if (ingress.ip) ingress.ipMode ??= 'VIP'
    },
  },
) {}

export class LoadBalancerStatus extends struct({
  ingress: field(1, list(LoadBalancerIngress, { listType: 'atomic' }), 'Where traffic for the service or ingress goes in.'),
}) {}
