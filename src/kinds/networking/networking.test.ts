/** Rules, defaults and columns of networking.k8s.io. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { causes, cells, changed, type Manifest, prepared } from '#test/support/kinds.ts'
import { Ingress } from './ingress.ts'
import { IngressClass } from './ingress-class.ts'
import { IPAddress } from './ip-address.ts'
import { NetworkPolicy } from './network-policy.ts'
import { ServiceCIDR } from './service-cidr.ts'

const service = { name: 'web', port: { number: 80 } }
const path = (more: object) => ({
  rules: [{ host: 'a.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service }, ...more }] } }],
})
const here = 'spec.rules[0].http.paths[0]'
for (const [rule, spec, expected] of [
  ['a plain one is fine', path({}), []],
  ['it leads somewhere', {}, ['spec: Invalid value: []: either `defaultBackend` or `rules` must be specified']],
  ['a path has a type', path({ pathType: undefined }), [`${here}.pathType: Required value`]],
  ['a path is absolute', path({ path: 'a' }), [`${here}.path: Invalid value: "a": must be an absolute path`]],
  ['a path goes straight', path({ path: '/a/../b' }), [`${here}.path: Invalid value: "/a/../b": must not contain '/../'`]],
  [
    'a backend has a port',
    path({ backend: { service: { name: 'web' } } }),
    [`${here}.backend: Required value: port name or number is required`],
  ],
  [
    'a port is named or numbered',
    path({ backend: { service: { name: 'web', port: { name: 'http', number: 80 } } } }),
    [`${here}.backend: Invalid value: "": cannot set both port name & port number`],
  ],
  ['a backend is there', path({ backend: {} }), [`${here}.backend: Invalid value: "": resource or service backend is required`]],
  [
    'a host is a name',
    { rules: [{ host: '10.0.0.1' }] },
    ['spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address'],
  ],
  ['a wildcard stands in front', { rules: [{ host: '*.example.com' }] }, []],
] as const)
  test(`Ingress: ${rule}`, () => assert.deepEqual(causes(Ingress, { metadata: { name: 'i' }, spec }), expected))

test('Ingress: columns', () => {
  const spec = { ...path({}), ingressClassName: 'nginx', tls: [{ hosts: ['a.example.com'] }] }
  const object = prepared(Ingress, { spec, status: { loadBalancer: { ingress: [{ ip: '10.1.1.1' }] } } })
  assert.deepEqual(Object.values(cells(Ingress, object, 0)), ['nginx', 'a.example.com', '10.1.1.1', '80, 443', '<unknown>'])
})

const policy = (rule: object): Manifest => ({ metadata: { name: 'p' }, spec: { podSelector: {}, ingress: [rule] } })
for (const [rule, manifest, expected] of [
  ['a plain one is fine', policy({ from: [{ podSelector: {} }], ports: [{ port: 80 }] }), []],
  ['a peer says something', policy({ from: [{}] }), ['spec.ingress[0].from[0]: Required value: must specify a peer']],
  [
    'addresses stand alone',
    policy({ from: [{ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }] }),
    ['spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer'],
  ],
  [
    'exceptions lie within',
    policy({ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16'] } }] }),
    ['spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`'],
  ],
  [
    'ranges are whole',
    policy({ from: [{ ipBlock: { cidr: '10.1.0.0/8', except: ['10.2.0.1/16'] } }] }),
    [
      'spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "10.1.0.0/8": must not have bits set beyond the prefix length',
      'spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "10.2.0.1/16": must not have bits set beyond the prefix length',
    ],
  ],
  [
    'a range of ports goes up',
    policy({ ports: [{ port: 80, endPort: 79 }] }),
    ['spec.ingress[0].ports[0].endPort: Invalid value: 80: must be greater than or equal to `port`'],
  ],
  [
    'names have no range',
    policy({ ports: [{ port: 'http', endPort: 90 }] }),
    ['spec.ingress[0].ports[0].endPort: Invalid value: 90: may not be specified when `port` is non-numeric'],
  ],
] as const)
  test(`NetworkPolicy: ${rule}`, () => assert.deepEqual(causes(NetworkPolicy, manifest), expected))

test('NetworkPolicy: it restricts what it speaks of', () => {
  assert.deepEqual(prepared(NetworkPolicy, policy({ ports: [{ port: 80 }] })).spec.policyTypes, ['Ingress'])
  assert.deepEqual(prepared(NetworkPolicy, changed(policy({}), { 'spec.egress': [{}] })).spec.policyTypes, ['Ingress', 'Egress'])
})

for (const [rule, kind, manifest, before, expected] of [
  [
    'parameters in a namespace name it',
    IngressClass,
    { spec: { controller: 'a.b/c', parameters: { kind: 'K', name: 'n', scope: 'Namespace' } } },
    undefined,
    ["spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"],
  ],
  [
    'a controller stays',
    IngressClass,
    { spec: { controller: 'a.b/d' } },
    { spec: { controller: 'a.b/c' } },
    ['spec.controller: Invalid value: "a.b/d": field is immutable'],
  ],
  [
    'families differ',
    ServiceCIDR,
    { spec: { cidrs: ['10.0.0.0/24', '10.1.0.0/24'] } },
    undefined,
    [
      'spec.cidrs: Invalid value: ["10.0.0.0/24","10.1.0.0/24"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/96',
    ],
  ],
  ['a family may be added', ServiceCIDR, { spec: { cidrs: ['10.0.0.0/24', 'fd00::/112'] } }, { spec: { cidrs: ['10.0.0.0/24'] } }, []],
  [
    'an address belongs to something',
    IPAddress,
    { metadata: { name: '10.0.0.1' }, spec: {} },
    undefined,
    ['spec.parentRef: Required value'],
  ],
] as const)
  test(`${kind.name}: ${rule}`, () => assert.deepEqual(causes(kind, manifest, before), expected))

test('IPAddress: names are canonical, and the owner is printed', () => {
  assert.equal(IPAddress.options.nameCheck?.('2001:DB8::1'), 'must be in canonical form ("2001:db8::1")')
  const object = prepared(IPAddress, { spec: { parentRef: { resource: 'services', namespace: 'default', name: 'web' } } })
  assert.deepEqual(cells(IPAddress, object, 0), { ParentRef: 'services/default/web' })
})
