/** NetworkPolicy: who may talk to a set of pods, and to whom they may talk. */

import { contains, parseCidr } from '#base/cidr.ts'
import { age } from '#kinds/columns.ts'
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { isInRange, isValidPortName, isValidPortNumber, isWholeCIDR } from '#kinds/meta/names.ts'
import { selectorText } from '#kinds/meta/selecting.ts'
import { int32, intOrString, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class NetworkPolicyPort extends struct(
  {
    protocol: field(1, oneOf('TCP', 'UDP', 'SCTP'), 'TCP, UDP or SCTP.', { explicit: true, default: 'TCP' }),
    port: field(2, intOrString, "A port's number or name; absent means all.", { explicit: true }),
    endPort: field(3, int32, 'The last port of a range that starts with `port`.', { explicit: true }),
  },
  {
    validate: ({ port, endPort }, at) => {
      const wrong = port === undefined ? undefined : typeof port === 'number' ? isValidPortNumber(port) : isValidPortName(port)
      if (wrong) at.key('port').invalid(port, wrong)
      if (endPort === undefined) return
      if (port === undefined) at.key('endPort').invalid(endPort, 'may not be specified when `port` is not specified')
      else if (typeof port === 'string') at.key('endPort').invalid(endPort, 'may not be specified when `port` is non-numeric')
      // Upstream shows the port there.
      else if (endPort < port) at.key('endPort').invalid(port, 'must be greater than or equal to `port`')
      const outside = isInRange(endPort, 1, 65_535)
      if (outside) at.key('endPort').invalid(endPort, outside)
    },
  },
) {}

export class IPBlock extends struct(
  {
    cidr: field(1, string, 'A range of addresses.', { required: true, check: isWholeCIDR }),
    except: field(2, list(string, { listType: 'atomic' }), 'Ranges within it that are left out.'),
  },
  {
    validate: ({ cidr, except = [] }, at) => {
      const whole = parseCidr(cidr)
      for (const [i, text] of except.entries()) {
        const here = at.key('except').index(i)
        const part = parseCidr(text)
        const problem = isWholeCIDR(text)
        if (problem) here.invalid(text, problem)
        if (part && whole && !(contains(whole, part.address) && part.prefixLength > whole.prefixLength))
          here.invalid(text, 'must be a strict subset of `cidr`')
      }
    },
  },
) {}

export class NetworkPolicyPeer extends struct(
  {
    podSelector: field(1, LabelSelector, 'Pods by their labels.'),
    namespaceSelector: field(2, LabelSelector, 'Namespaces by their labels.'),
    ipBlock: field(3, IPBlock, 'Addresses; stands alone.'),
  },
  {
    validate: ({ podSelector, namespaceSelector, ipBlock }, at) => {
      if (!podSelector && !namespaceSelector && !ipBlock) at.required('must specify a peer')
      if (ipBlock && (podSelector || namespaceSelector)) at.forbidden('may not specify both ipBlock and another peer')
    },
  },
) {}

export class NetworkPolicyIngressRule extends struct({
  ports: field(1, list(NetworkPolicyPort, { listType: 'atomic' }), 'Ports that may be reached; none means all.'),
  from: field(2, list(NetworkPolicyPeer, { listType: 'atomic' }), 'Who may send; none means everybody.'),
}) {}

export class NetworkPolicyEgressRule extends struct({
  ports: field(1, list(NetworkPolicyPort, { listType: 'atomic' }), 'Ports that may be reached; none means all.'),
  to: field(2, list(NetworkPolicyPeer, { listType: 'atomic' }), 'Who may be reached; none means everybody.'),
}) {}

export class NetworkPolicySpec extends struct(
  {
    podSelector: field(1, LabelSelector, 'The pods to which the policy applies; empty means all of the namespace.', { written: true }),
    ingress: field(2, list(NetworkPolicyIngressRule, { listType: 'atomic' }), 'What may come in.'),
    egress: field(3, list(NetworkPolicyEgressRule, { listType: 'atomic' }), 'What may go out.'),
    policyTypes: field(4, list(oneOf('Ingress', 'Egress'), { listType: 'atomic' }), 'Which directions the policy restricts.'),
  },
  {
    fill: draft => {
      if (!draft.policyTypes?.length) draft.policyTypes = draft.egress?.length ? ['Ingress', 'Egress'] : ['Ingress']
    },
    validate: ({ policyTypes = [] }, at) => {
      if (policyTypes.length > 2) at.key('policyTypes').invalid(policyTypes, 'may not specify more than two policyTypes')
    },
  },
) {}

export class NetworkPolicy extends kind({
  plural: 'networkpolicies',
  shortNames: ['netpol'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, NetworkPolicySpec, 'What is wanted.', { written: true }),
  },
  bumpsGeneration: ['spec'],
  columns: { 'Pod-Selector': ({ spec }) => selectorText(spec.podSelector), Age: age },
}) {}
