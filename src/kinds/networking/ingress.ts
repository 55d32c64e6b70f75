/** Ingress: HTTP routes from outside to services. */
import { int32, oneOf, string } from '#schema/scalars.ts'
import { field, inline, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { IngressBackend } from './ingress-backend.ts'

export class IngressTLS extends struct({
  hosts: field(1, list(string, { listType: 'atomic' }), 'Hosts for which the certificate is used.'),
  secretName: field(2, string, 'The secret that holds certificate and key.'),
}) {}

export class HTTPIngressPath extends struct({
  path: field(1, string, 'Path of the requests that are meant.'),
  pathType: field(
    3,
    oneOf('Exact', 'ImplementationSpecific', 'Prefix'),
    'How the path is compared: exactly, by prefix, or as the controller likes.',
    { required: true },
  ),
  backend: field(2, IngressBackend, 'Where these requests go.', { always: true }),
}) {}

export class HTTPIngressRuleValue extends struct({
  paths: field(1, list(HTTPIngressPath, { listType: 'atomic' }), 'Paths and where they lead.', { required: true }),
}) {}

export class IngressRuleValue extends struct({
  http: field(1, HTTPIngressRuleValue, 'Rules for HTTP requests.'),
}) {}

export class IngressRule extends struct({
  host: field(1, string, 'The host name that a request must ask for; `*.` in front stands for one more label.'),
  ...inline(2, IngressRuleValue),
}) {}

export class IngressSpec extends struct({
  ingressClassName: field(4, string, 'The class of controllers that serves this ingress.', { explicit: true }),
  defaultBackend: field(1, IngressBackend, 'Where requests go that no rule matches.'),
  tls: field(2, list(IngressTLS, { listType: 'atomic' }), 'Certificates for hosts.'),
  rules: field(3, list(IngressRule, { listType: 'atomic' }), 'Hosts and paths, and where they lead.'),
}) {}

export class IngressPortStatus extends struct({
  port: field(1, int32, "The port's number.", { always: true }),
  protocol: field(2, oneOf('TCP', 'UDP', 'SCTP'), "The port's protocol.", { always: true }),
  error: field(3, string, 'What is wrong with the port, if anything.', { explicit: true }),
}) {}

export class IngressLoadBalancerIngress extends struct({
  ip: field(1, string, 'Address of the entry point.'),
  hostname: field(2, string, 'Host name of the entry point.'),
  ports: field(4, list(IngressPortStatus, { listType: 'atomic' }), 'Its ports.'),
}) {}

export class IngressLoadBalancerStatus extends struct({
  ingress: field(1, list(IngressLoadBalancerIngress, { listType: 'atomic' }), 'The entry points.'),
}) {}

export class IngressStatus extends struct({
  loadBalancer: field(1, IngressLoadBalancerStatus, 'Where the ingress can be reached.', { written: true }),
}) {}

export class Ingress extends kind({
  plural: 'ingresses',
  shortNames: ['ing'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, IngressSpec, 'What is wanted.', { written: true }),
    status: field(3, IngressStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
  bumpsGeneration: ['spec'],
}) {}
