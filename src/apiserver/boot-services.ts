/** The services that every cluster has: that of the API server, and that of cluster DNS. Both have endpoints without pods. */
import type { AnyObject } from './resources/item.ts'

export interface ServerService {
  /** The first address of the service network: `10.96.0.1`. */
  readonly clusterIP: string
  /** Where this server really listens. */
  readonly endpoint: { readonly address: string; readonly port: number }
}
/** A collection's path and what is to be in it. */
type Placed = readonly [string, AnyObject]

export function serviceObjects({ clusterIP, endpoint }: ServerService): readonly Placed[] {
  const metadata = { name: 'kubernetes', namespace: 'default' }
  const isV6 = endpoint.address.includes(':')
  return [
    [
      '/api/v1/namespaces/default/services',
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { ...metadata, labels: { component: 'apiserver', provider: 'kubernetes' } },
        spec: {
          type: 'ClusterIP',
          clusterIP,
          clusterIPs: [clusterIP],
          ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: endpoint.port }],
          sessionAffinity: 'None',
        },
      },
    ],
    [
      '/api/v1/namespaces/default/endpoints',
      {
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: { ...metadata, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
        subsets: [{ addresses: [{ ip: endpoint.address }], ports: [{ name: 'https', port: endpoint.port, protocol: 'TCP' }] }],
      },
    ],
    [
      '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices',
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
        addressType: isV6 ? 'IPv6' : 'IPv4',
        endpoints: [{ addresses: [endpoint.address], conditions: { ready: true } }],
        ports: [{ name: 'https', port: endpoint.port, protocol: 'TCP' }],
      },
    ],
  ]
}

const DNS_PORTS = [
  { name: 'dns', protocol: 'UDP', port: 53 },
  { name: 'dns-tcp', protocol: 'TCP', port: 53 },
] as const

/** Tools look for cluster DNS under this name and these labels. It answers on the service's address itself, which the machine has. */
export function dnsObjects({ clusterIP }: { readonly clusterIP: string }): readonly Placed[] {
  const metadata = { name: 'kube-dns', namespace: 'kube-system' }
  const labels = { 'k8s-app': 'kube-dns', 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' }
  return [
    [
      '/api/v1/namespaces/kube-system/services',
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { ...metadata, labels },
        spec: {
          type: 'ClusterIP',
          clusterIP,
          clusterIPs: [clusterIP],
          ports: DNS_PORTS.map(({ name, protocol, port }) => ({ name, protocol, port, targetPort: port })),
          sessionAffinity: 'None',
        },
      },
    ],
    [
      '/api/v1/namespaces/kube-system/endpoints',
      {
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: { ...metadata, labels: { ...labels, 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
        subsets: [{ addresses: [{ ip: clusterIP }], ports: DNS_PORTS }],
      },
    ],
    [
      '/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices',
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { ...metadata, labels: { ...labels, 'kubernetes.io/service-name': metadata.name } },
        addressType: clusterIP.includes(':') ? 'IPv6' : 'IPv4',
        endpoints: [{ addresses: [clusterIP], conditions: { ready: true } }],
        ports: DNS_PORTS,
      },
    ],
  ]
}
