/** Ingress: ?file networking/ingress. */
import { int32, oneOf, string } from '#schema/scalars.ts'
import { field, inline, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { IngressBackend } from './ingress-backend.ts'

export class IngressTLS extends struct({
  hosts: field(1, list(string, { listType: 'atomic' }), '?IngressTLS.hosts'),
  secretName: field(2, string, '?IngressTLS.secretName'),
}) {}

export class HTTPIngressPath extends struct({
  path: field(1, string, '?HTTPIngressPath.path'),
  pathType: field(3, oneOf('Exact', 'ImplementationSpecific', 'Prefix'), '?HTTPIngressPath.pathType', { required: true }),
  backend: field(2, IngressBackend, '?HTTPIngressPath.backend', { always: true }),
}) {}

export class HTTPIngressRuleValue extends struct({
  paths: field(1, list(HTTPIngressPath, { listType: 'atomic' }), '?HTTPIngressRuleValue.paths', { required: true }),
}) {}

export class IngressRuleValue extends struct({
  http: field(1, HTTPIngressRuleValue, '?IngressRuleValue.http'),
}) {}

export class IngressRule extends struct({
  host: field(1, string, '?IngressRule.host'),
  ...inline(2, IngressRuleValue),
}) {}

export class IngressSpec extends struct({
  ingressClassName: field(4, string, '?IngressSpec.ingressClassName', { explicit: true }),
  defaultBackend: field(1, IngressBackend, '?IngressSpec.defaultBackend'),
  tls: field(2, list(IngressTLS, { listType: 'atomic' }), '?IngressSpec.tls'),
  rules: field(3, list(IngressRule, { listType: 'atomic' }), '?IngressSpec.rules'),
}) {}

export class IngressPortStatus extends struct({
  port: field(1, int32, '?IngressPortStatus.port', { always: true }),
  protocol: field(2, oneOf('TCP', 'UDP', 'SCTP'), '?IngressPortStatus.protocol', { always: true }),
  error: field(3, string, '?IngressPortStatus.error', { explicit: true }),
}) {}

export class IngressLoadBalancerIngress extends struct({
  ip: field(1, string, '?IngressLoadBalancerIngress.ip'),
  hostname: field(2, string, '?IngressLoadBalancerIngress.hostname'),
  ports: field(4, list(IngressPortStatus, { listType: 'atomic' }), '?IngressLoadBalancerIngress.ports'),
}) {}

export class IngressLoadBalancerStatus extends struct({
  ingress: field(1, list(IngressLoadBalancerIngress, { listType: 'atomic' }), '?IngressLoadBalancerStatus.ingress'),
}) {}

export class IngressStatus extends struct({
  loadBalancer: field(1, IngressLoadBalancerStatus, '?IngressStatus.loadBalancer', { written: true }),
}) {}

export class Ingress extends kind({
  plural: 'ingresses',
  shortNames: ['ing'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, IngressSpec, '?Ingress.spec', { written: true }),
    status: field(3, IngressStatus, '?Ingress.status', { written: true }),
  },
  subresources: { status: true },
  bumpsGeneration: ['spec'],
}) {}
