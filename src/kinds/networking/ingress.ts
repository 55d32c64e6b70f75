/** Ingress: HTTP routes from outside to services. */
import { age } from '#kinds/columns.ts'
import { isDns1123Subdomain, isIP, isWildcardDns1123Subdomain } from '#kinds/meta/names.ts'
import { int32, oneOf, string } from '#schema/scalars.ts'
import { field, inline, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { IngressBackend } from './ingress-backend.ts'

export class IngressTLS extends struct(
  {
    hosts: field(1, list(string, { listType: 'atomic' }), 'Hosts for which the certificate is used.'),
    secretName: field(2, string, 'The secret that holds certificate and key.', { check: isDns1123Subdomain }),
  },
  {
    validate: ({ hosts = [] }, at) => {
      for (const [i, host] of hosts.entries()) {
        const wrong = hostProblem(host)
        if (wrong) at.key('hosts').index(i).invalid(host, wrong)
      }
    },
  },
) {}

export class HTTPIngressPath extends struct(
  {
    path: field(1, string, 'Path of the requests that are meant.'),
    pathType: field(
      3,
      oneOf('Exact', 'ImplementationSpecific', 'Prefix'),
      'How the path is compared: exactly, by prefix, or as the controller likes.',
      { explicit: true, required: true },
    ),
    backend: field(2, IngressBackend, 'Where these requests go.', { always: true }),
  },
  {
    validate: ({ path = '', pathType }, at) => {
      if (pathType === undefined) return
      const here = at.key('path')
      if (pathType === 'ImplementationSpecific') {
        if (path && !path.startsWith('/')) here.invalid(path, 'must be an absolute path')
        return
      }
      if (!path.startsWith('/')) here.invalid(path, 'must be an absolute path')
      for (const part of FORBIDDEN_PARTS) if (path.includes(part)) here.invalid(path, `must not contain '${part}'`)
      for (const end of FORBIDDEN_ENDS) if (path.endsWith(end)) here.invalid(path, `cannot end with '${end}'`)
    },
  },
) {}

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

export class IngressSpec extends struct(
  {
    ingressClassName: field(4, string, 'The class of controllers that serves this ingress.', { explicit: true, check: isDns1123Subdomain }),
    defaultBackend: field(1, IngressBackend, 'Where requests go that no rule matches.'),
    tls: field(2, list(IngressTLS, { listType: 'atomic' }), 'Certificates for hosts.'),
    rules: field(3, list(IngressRule, { listType: 'atomic' }), 'Hosts and paths, and where they lead.'),
  },
  {
    validate: ({ rules = [], defaultBackend }, at) => {
      if (!rules.length && !defaultBackend) at.invalid(rules, 'either `defaultBackend` or `rules` must be specified')
      for (const [i, { host }] of rules.entries()) {
        const wrong = host && (isIP(host) === undefined ? 'must be a DNS name, not an IP address' : hostProblem(host))
        if (wrong) at.key('rules').index(i).key('host').invalid(host, wrong)
      }
    },
  },
) {}

export class IngressPortStatus extends struct({
  port: field(1, int32, "The port's number.", { always: true }),
  protocol: field(2, oneOf('TCP', 'UDP', 'SCTP'), "The port's protocol.", { always: true }),
  error: field(3, string, 'What is wrong with the port, if anything.', { explicit: true }),
}) {}

export class IngressLoadBalancerIngress extends struct({
  ip: field(1, string, 'Address of the entry point.', { check: isIP }),
  hostname: field(2, string, 'Host name of the entry point.', { check: isDns1123Subdomain }),
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
  validate: ({ metadata, spec }, at, before) => {
    const old = metadata.annotations?.[CLASS_ANNOTATION]
    if (!before && old !== undefined && spec.ingressClassName !== undefined)
      at.key('metadata').key('annotations').entry(CLASS_ANNOTATION).invalid(old, 'can not be set when the class field is also set')
  },
  columns: {
    Class: ({ spec }) => spec.ingressClassName ?? '<none>',
    Hosts: ({ spec }) => hostsText((spec.rules ?? []).map(({ host }) => host ?? '')),
    Address: ({ status }) =>
      [...new Set((status.loadBalancer.ingress ?? []).map(({ ip, hostname }) => ip || hostname || ''))].filter(Boolean).sort().join(','),
    Ports: ({ spec }) => (spec.tls?.length ? '80, 443' : '80'),
    Age: age,
  },
}) {}

/** How classes were named before there was a field. */
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class'
const FORBIDDEN_PARTS = ['//', '/./', '/../', '%2f', '%2F']
const FORBIDDEN_ENDS = ['/..', '/.']

const hostProblem = (host: string) => (host.includes('*') ? isWildcardDns1123Subdomain(host) : isDns1123Subdomain(host))

const HOSTS_SHOWN_MAX = 3
function hostsText(all: readonly string[]): string {
  const hosts = all.filter(Boolean)
  if (!hosts.length) return '*'
  const shown = hosts.slice(0, HOSTS_SHOWN_MAX).join(',')
  return hosts.length > HOSTS_SHOWN_MAX ? `${shown} + ${hosts.length - HOSTS_SHOWN_MAX} more...` : shown
}
