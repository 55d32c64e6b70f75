/** Pods of the test image `agnhost`, which tell who they are, and questions to them from wherever. */
import assert from 'node:assert/strict'
import type { Pod } from '#kinds/core/pod.ts'
import type { NodeCluster } from './node-cluster.ts'

export const IMAGE = 'registry.k8s.io/e2e-test-images/agnhost:2.59'
/** Where `netexec` listens unless told otherwise. */
export const HTTP_PORT = 8080
export const UDP_PORT = 8081

export interface AgnhostPod {
  readonly name: string
  readonly labels?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  /** Further fields of the container. */
  readonly container?: object
  /** Further fields of the pod's spec. */
  readonly spec?: object
}
/** Servers over HTTP and UDP; ready when they answer. */
export const server = ({ name, labels = {}, args = ['netexec'], container = {}, spec = {} }: AgnhostPod): Partial<Pod> =>
  ({
    metadata: { name, labels },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'agnhost',
          image: IMAGE,
          imagePullPolicy: 'IfNotPresent',
          args,
          readinessProbe: { httpGet: { path: '/healthz', port: HTTP_PORT }, periodSeconds: 1 },
          ...container,
        },
      ],
      ...spec,
    },
  }) as unknown as Partial<Pod>
/** One that only asks; on the node's own network if so wished. */
export const client = (name: string, spec: object = {}): Partial<Pod> =>
  server({ name, args: ['pause'], container: { readinessProbe: undefined }, spec })

export interface Question {
  readonly protocol?: 'http' | 'udp'
  /** `address:port` */
  readonly to: string
  /** `hostname` unless told otherwise; `clientip`, `echo?msg=…`. */
  readonly request?: string
  readonly tries?: number
  readonly sourcePort?: number
  readonly sourceAddress?: string
}
export const dialWords = ({
  protocol = 'http',
  to,
  request = 'hostname',
  tries = 1,
  sourcePort,
  sourceAddress,
}: Question): readonly string[] => [
  protocol,
  to,
  request,
  String(tries),
  String(sourcePort ?? 0),
  ...(sourceAddress ? [sourceAddress] : []),
]

/** The answers of as many tries as were asked for. Throws when one failed. */
export async function ask(
  cluster: NodeCluster,
  from: { readonly namespace: string; readonly pod: string },
  question: Question,
): Promise<readonly string[]> {
  const words = ['exec', '--namespace', from.namespace, from.pod, '--', 'perl', '/agnhost.pl', 'dial', ...dialWords(question)]
  return (await cluster.ok(words)).trim().split('\n')
}
/** What went wrong. Throws when nothing did. */
export async function askInVain(
  cluster: NodeCluster,
  from: { readonly namespace: string; readonly pod: string },
  question: Question,
): Promise<string> {
  const words = ['exec', '--namespace', from.namespace, from.pod, '--', 'perl', '/agnhost.pl', 'dial', ...dialWords(question)]
  const { code, stdout, stderr } = await cluster.kubectl(words)
  assert.notEqual(code, 0, `${question.to} should not have answered: ${stdout}`)
  return stderr
}
