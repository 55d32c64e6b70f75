/** NetworkPolicy: who may talk to a set of pods, and to whom they may talk. */
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { int32, intOrString, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class NetworkPolicyPort extends struct({
  protocol: field(1, oneOf('TCP', 'UDP', 'SCTP'), 'TCP, UDP or SCTP.', { explicit: true }),
  port: field(2, intOrString, "A port's number or name; absent means all.", { explicit: true }),
  endPort: field(3, int32, 'The last port of a range that starts with `port`.', { explicit: true }),
}) {}

export class IPBlock extends struct({
  cidr: field(1, string, 'A range of addresses.', { required: true }),
  except: field(2, list(string, { listType: 'atomic' }), 'Ranges within it that are left out.'),
}) {}

export class NetworkPolicyPeer extends struct({
  podSelector: field(1, LabelSelector, 'Pods by their labels.'),
  namespaceSelector: field(2, LabelSelector, 'Namespaces by their labels.'),
  ipBlock: field(3, IPBlock, 'Addresses; stands alone.'),
}) {}

export class NetworkPolicyIngressRule extends struct({
  ports: field(1, list(NetworkPolicyPort, { listType: 'atomic' }), 'Ports that may be reached; none means all.'),
  from: field(2, list(NetworkPolicyPeer, { listType: 'atomic' }), 'Who may send; none means everybody.'),
}) {}

export class NetworkPolicyEgressRule extends struct({
  ports: field(1, list(NetworkPolicyPort, { listType: 'atomic' }), 'Ports that may be reached; none means all.'),
  to: field(2, list(NetworkPolicyPeer, { listType: 'atomic' }), 'Who may be reached; none means everybody.'),
}) {}

export class NetworkPolicySpec extends struct({
  podSelector: field(1, LabelSelector, 'The pods to which the policy applies; empty means all of the namespace.', { written: true }),
  ingress: field(2, list(NetworkPolicyIngressRule, { listType: 'atomic' }), 'What may come in.'),
  egress: field(3, list(NetworkPolicyEgressRule, { listType: 'atomic' }), 'What may go out.'),
  policyTypes: field(4, list(oneOf('Ingress', 'Egress'), { listType: 'atomic' }), 'Which directions the policy restricts.'),
}) {}

export class NetworkPolicy extends kind({
  plural: 'networkpolicies',
  shortNames: ['netpol'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, NetworkPolicySpec, 'What is wanted.', { written: true }),
  },
  bumpsGeneration: ['spec'],
}) {}
