/** What becomes of each of many pods, by chance that a seed repeats: how it is made, what is done to it, and how it is deleted. */
import { seededRandom } from '#base/random.ts'

/** Done to a pod a while after it was made. */
export type Fault = 'nothing' | 'kill a container' | 'kill the sandbox' | 'kill containerd'
export interface PodPlan {
  readonly name: string
  readonly spec: object
  readonly fault: Fault
  readonly faultAfterMs: number
  /** Counted from the fault. */
  readonly deletedAfterMs: number
  /** undefined: as the pod says. */
  readonly graceSeconds: number | undefined
}

/** A daemon that is killed keeps all pods waiting for a while: seldom enough that most of them meet something else. */
const KILL_DAEMON_ONE_IN = 60
const SHORT_MS = 300
const LONG_MS = 4_000

export function planOf(seed: number, count: number): readonly PodPlan[] {
  const random = seededRandom(seed)
  const pick = <T>(items: readonly T[]): T => items[random.integer(items.length)] as T
  const parts = Object.entries(PARTS)
  return Array.from({ length: count }, (_, i) => {
    // Most pods have one peculiarity, many a second one on top.
    const chosen = [pick(parts), ...(random.integer(2) ? [pick(parts)] : [])]
    const spec = chosen.reduce<Spec>((made, [, change]) => ({ ...made, ...change(made) }), plain())
    const fault =
      random.integer(KILL_DAEMON_ONE_IN) === 0
        ? 'kill containerd'
        : pick(['nothing', 'nothing', 'kill a container', 'kill the sandbox'] as const)
    return {
      name: `p${i}-${chosen.map(([name]) => name).join('-')}`,
      spec,
      fault,
      // Half of the pods are met while they start.
      faultAfterMs: random.integer(random.integer(2) ? SHORT_MS : LONG_MS),
      deletedAfterMs: random.integer(random.integer(2) ? SHORT_MS : LONG_MS),
      graceSeconds: pick([undefined, undefined, 1, 0]),
    }
  })
}

interface Spec {
  readonly containers: readonly [object, ...object[]]
  readonly [field: string]: unknown
}
const WAITS = 'trap "exit 0" TERM; sleep 1000 & wait'
const container = (script: string, more: object = {}) => ({
  name: 'c',
  image: 'busybox',
  imagePullPolicy: 'IfNotPresent',
  command: ['sh', '-c', script],
  ...more,
})
const plain = (): Spec => ({ terminationGracePeriodSeconds: 2, containers: [container(WAITS)] })
const runs =
  (script: string, fields: object = {}) =>
  ({ containers: [first] }: Spec) => ({ containers: [{ ...first, command: ['sh', '-c', script] }], ...fields })
const has =
  (more: object, fields: object = {}) =>
  ({ containers: [first] }: Spec) => ({ containers: [{ ...first, ...more }], ...fields })
const mounts = (name: string, volume: object) => has({ volumeMounts: [{ name, mountPath: '/data' }] }, { volumes: [{ name, ...volume }] })
const hook = (name: 'postStart' | 'preStop', script: string) => has({ lifecycle: { [name]: { exec: { command: ['sh', '-c', script] } } } })
const probe = (command: string) => ({ exec: { command: [command] }, periodSeconds: 1, failureThreshold: 1 })

/** Peculiarities; each gives fields in place of those that are there. */
const PARTS: Readonly<Record<string, (spec: Spec) => object>> = {
  waits: () => ({}),
  ends: runs('exit 0', { restartPolicy: 'Never' }),
  fails: runs('sleep 0.2; exit 3', { restartPolicy: 'OnFailure' }),
  crashes: runs('exit 1'),
  deaf: runs('trap "" TERM; while true; do sleep 0.1; done'),
  forks: runs('i=0; while [ $i -lt 30 ]; do sleep 1000 & i=$((i+1)); done; wait'),
  'no-command': has({ command: ['/absent'] }),
  'bad-name': has({ image: 'Bad Name' }),
  'no-registry': has({ image: 'localhost:1/absent' }),
  'not-present': has({ image: 'absent', imagePullPolicy: 'Never' }),
  'post-start': hook('postStart', 'sleep 0.3'),
  'post-start-fails': hook('postStart', 'exit 1'),
  'pre-stop': hook('preStop', 'sleep 0.3'),
  'pre-stop-hangs': hook('preStop', 'sleep 1000'),
  init: () => ({ initContainers: [container('sleep 0.2', { name: 'i' })] }),
  'init-fails': () => ({ initContainers: [container('exit 1', { name: 'i' })] }),
  sidecar: () => ({ initContainers: [container(WAITS, { name: 's', restartPolicy: 'Always' })] }),
  'two-containers': ({ containers }) => ({ containers: [...containers, container(WAITS, { name: 'd' })] }),
  ready: has({ readinessProbe: probe('true') }),
  'not-alive': has({ livenessProbe: probe('false') }),
  memory: mounts('memory', { emptyDir: { medium: 'Memory', sizeLimit: '4Mi' } }),
  disk: mounts('disk', { emptyDir: {} }),
  config: mounts('config', { configMap: { name: 'config' } }),
  'no-config': mounts('config', { configMap: { name: 'absent' } }),
  secret: mounts('secret', { secret: { secretName: 'secret' } }),
  projected: mounts('all', {
    projected: {
      sources: [
        { configMap: { name: 'config' } },
        { secret: { name: 'secret' } },
        { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
      ],
    },
  }),
  'sub-path': has(
    { volumeMounts: [{ name: 'config', mountPath: '/data/key', subPath: 'key' }] },
    { volumes: [{ name: 'config', configMap: { name: 'config' } }] },
  ),
  'host-network': () => ({ hostNetwork: true }),
  'host-port': has({ ports: [{ containerPort: 28_000, hostPort: 28_000, hostIP: '127.0.0.1' }] }),
  'shared-processes': () => ({ shareProcessNamespace: true }),
  deadline: () => ({ activeDeadlineSeconds: 1 }),
  'too-little-memory': has({ command: ['sh', '-c', 'tail /dev/zero'], resources: { limits: { memory: '16Mi' } } }),
  guaranteed: has({ resources: { limits: { cpu: '10m', memory: '32Mi' } } }),
}
