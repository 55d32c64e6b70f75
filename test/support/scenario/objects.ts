/** Objects as scenarios name them: a kind, a name, and fields in few words. */
import { DaemonSet } from '#kinds/apps/daemon-set.ts'
import { Deployment } from '#kinds/apps/deployment.ts'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import { StatefulSet } from '#kinds/apps/stateful-set.ts'
import { HorizontalPodAutoscaler } from '#kinds/autoscaling/horizontal-pod-autoscaler.ts'
import { CronJob } from '#kinds/batch/cron-job.ts'
import { Job } from '#kinds/batch/job.ts'
import type { AnyKind } from '#kinds/catalogue.ts'
import { Namespace } from '#kinds/core/namespace.ts'
import { Node } from '#kinds/core/node.ts'
import { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import { Pod } from '#kinds/core/pod.ts'
import { ReplicationController } from '#kinds/core/replication-controller.ts'
import { ResourceQuota } from '#kinds/core/resource-quota.ts'
import { Service } from '#kinds/core/service.ts'
import { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { PriorityClass } from '#kinds/scheduling/priority-class.ts'
import { PodDisruptionBudget } from '#kinds/policy/pod-disruption-budget.ts'
import { DeviceClass } from '#kinds/resource/device-class.ts'
import { ResourceClaimTemplate } from '#kinds/resource/resource-claim-template.ts'
import { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { ResourceSlice } from '#kinds/resource/resource-slice.ts'
import { clone } from '#schema/json-value.ts'

export interface Sort {
  readonly kind: AnyKind
  /** Where the pod stands in it. */
  readonly template?: string
  readonly spec?: (name: string) => object
}
const pod = (name: string, spec: object = {}) => ({
  metadata: { labels: { app: name } },
  spec: { containers: [{ name: 'c', image: 'one' }], terminationGracePeriodSeconds: 0, ...spec },
})
const selected = (name: string) => ({ selector: { matchLabels: { app: name } }, template: pod(name) })
const job = (name: string) => ({ template: pod(name, { restartPolicy: 'Never' }) })
/** One device of the class `gpu`. */
const wanting = () => ({ devices: { requests: [{ name: 'one', exactly: { deviceClassName: 'gpu' } }] } })
/** Two devices on the node of that name. */
const offered = (nodeName: string) => ({
  driver: 'gpu.example.com',
  nodeName,
  pool: { name: nodeName, generation: 1, resourceSliceCount: 1 },
  devices: [{ name: 'd0' }, { name: 'd1' }],
})
export const SORTS: Readonly<Record<string, Sort>> = {
  deployment: { kind: Deployment, template: 'spec.template', spec: selected },
  replicaset: { kind: ReplicaSet, template: 'spec.template', spec: selected },
  replicationcontroller: { kind: ReplicationController, template: 'spec.template', spec: name => ({ template: pod(name) }) },
  daemonset: { kind: DaemonSet, template: 'spec.template', spec: selected },
  statefulset: { kind: StatefulSet, template: 'spec.template', spec: name => ({ ...selected(name), serviceName: name }) },
  job: { kind: Job, template: 'spec.template', spec: job },
  cronjob: {
    kind: CronJob,
    template: 'spec.jobTemplate.spec.template',
    spec: name => ({ schedule: '* * * * *', jobTemplate: { spec: job(name) } }),
  },
  pod: { kind: Pod, template: '', spec: name => pod(name).spec },
  service: { kind: Service, spec: name => ({ selector: { app: name }, ports: [{ port: 80 }] }) },
  endpointslice: { kind: EndpointSlice },
  budget: { kind: PodDisruptionBudget, spec: name => ({ selector: { matchLabels: { app: name } } }) },
  autoscaler: {
    kind: HorizontalPodAutoscaler,
    spec: name => ({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
    }),
  },
  priority: { kind: PriorityClass },
  quota: { kind: ResourceQuota, spec: () => ({}) },
  claim: { kind: PersistentVolumeClaim },
  deviceclass: { kind: DeviceClass, spec: () => ({}) },
  deviceclaim: { kind: ResourceClaim, spec: wanting },
  claimtemplate: { kind: ResourceClaimTemplate, spec: () => ({ spec: wanting() }) },
  slice: { kind: ResourceSlice, spec: offered },
  namespace: { kind: Namespace },
  node: { kind: Node },
}
export function sortOf(word: string): Sort {
  const sort = SORTS[word]
  if (!sort) throw new Error(`read scenario: no kind is called "${word}"; there are ${Object.keys(SORTS).join(', ')}`)
  return sort
}

/** Short words for fields of the pod, below the place where it stands. */
const SHORT: Readonly<Record<string, readonly string[]>> = {
  image: ['spec', 'containers', '0', 'image'],
  cpu: ['spec', 'containers', '0', 'resources', 'requests', 'cpu'],
  priority: ['spec', 'priorityClassName'],
  restart: ['spec', 'restartPolicy'],
  grace: ['spec', 'terminationGracePeriodSeconds'],
  node: ['spec', 'nodeName'],
  tolerations: ['spec', 'tolerations'],
  nodeSelector: ['spec', 'nodeSelector'],
  spread: ['spec', 'topologySpreadConstraints'],
  run: ['metadata', 'annotations', 'simulated.knarr/run-seconds'],
  exit: ['metadata', 'annotations', 'simulated.knarr/exit-code'],
  start: ['metadata', 'annotations', 'simulated.knarr/start-seconds'],
}

// `any`: objects of all kinds, changed by path
type Draft = any
export const newObject = ({ kind, spec }: Sort, name: string, namespace: string): Draft => ({
  metadata: { name, ...(kind.options.scope === 'Namespaced' && { namespace }), ...(kind === Pod && { labels: { app: name } }) },
  ...(spec && { spec: clone(spec(name)) }),
})

/** Sets a field: `replicas=3`, `strategy.type=Recreate`, `metadata.labels.app=x`, or one of the short words. A value is JSON or text. */
export function setField(draft: Draft, { template }: Sort, assignment: string): void {
  const at = assignment.indexOf('=')
  const [name, text] = [assignment.slice(0, at), assignment.slice(at + 1)]
  const short = SHORT[name]
  const isText = name === 'run' || name === 'exit' || name === 'start'
  const path = short && template !== undefined ? [...template.split('.').filter(Boolean), ...short] : name.split('.')
  if (!short && !['metadata', 'spec', 'data', 'value'].includes(path[0] as string)) path.unshift('spec')
  const last = path.pop() as string
  const parent = path.reduce((node: Draft, key) => (node[key] ??= {}), draft)
  parent[last] = isText ? text : valueOf(text)
}
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}
