/** NetworkPolicy: ?file networking/network-policy. */
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { int32, intOrString, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class NetworkPolicyPort extends struct({
  protocol: field(1, oneOf('TCP', 'UDP', 'SCTP'), '?NetworkPolicyPort.protocol', { explicit: true }),
  port: field(2, intOrString, '?NetworkPolicyPort.port', { explicit: true }),
  endPort: field(3, int32, '?NetworkPolicyPort.endPort', { explicit: true }),
}) {}

export class IPBlock extends struct({
  cidr: field(1, string, '?IPBlock.cidr', { required: true }),
  except: field(2, list(string, { listType: 'atomic' }), '?IPBlock.except'),
}) {}

export class NetworkPolicyPeer extends struct({
  podSelector: field(1, LabelSelector, '?NetworkPolicyPeer.podSelector'),
  namespaceSelector: field(2, LabelSelector, '?NetworkPolicyPeer.namespaceSelector'),
  ipBlock: field(3, IPBlock, '?NetworkPolicyPeer.ipBlock'),
}) {}

export class NetworkPolicyIngressRule extends struct({
  ports: field(1, list(NetworkPolicyPort, { listType: 'atomic' }), '?NetworkPolicyIngressRule.ports'),
  from: field(2, list(NetworkPolicyPeer, { listType: 'atomic' }), '?NetworkPolicyIngressRule.from'),
}) {}

export class NetworkPolicyEgressRule extends struct({
  ports: field(1, list(NetworkPolicyPort, { listType: 'atomic' }), '?NetworkPolicyEgressRule.ports'),
  to: field(2, list(NetworkPolicyPeer, { listType: 'atomic' }), '?NetworkPolicyEgressRule.to'),
}) {}

export class NetworkPolicySpec extends struct({
  podSelector: field(1, LabelSelector, '?NetworkPolicySpec.podSelector', { written: true }),
  ingress: field(2, list(NetworkPolicyIngressRule, { listType: 'atomic' }), '?NetworkPolicySpec.ingress'),
  egress: field(3, list(NetworkPolicyEgressRule, { listType: 'atomic' }), '?NetworkPolicySpec.egress'),
  policyTypes: field(4, list(oneOf('Ingress', 'Egress'), { listType: 'atomic' }), '?NetworkPolicySpec.policyTypes'),
}) {}

export class NetworkPolicy extends kind({
  plural: 'networkpolicies',
  shortNames: ['netpol'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, NetworkPolicySpec, '?NetworkPolicy.spec', { written: true }),
  },
  bumpsGeneration: ['spec'],
}) {}
