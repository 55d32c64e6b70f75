/** Rollouts as people steer them with kubectl: the oldest and the newest one, on simulated nodes. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestCluster, type TestCluster } from '#test/support/cluster.ts'
import type { KubectlVersion } from '#test/support/kubectl.ts'

let cluster: TestCluster
before(async () => {
  cluster = await startTestCluster({ simulatedNodes: 2 })
})
after(() => cluster?.[Symbol.asyncDispose]())

/** What is typed, what must come out (errors first), and what goes in. */
type Step = readonly [command: string, expected: RegExp, input?: string]
async function run(version: KubectlVersion, base: string, steps: readonly Step[]): Promise<void> {
  const namespace = await cluster.namespace(base)
  for (const [command, expected, input] of steps) {
    const args = ['-n', namespace, ...command.split(' ')]
    const { stdout, stderr } = await cluster.kubectl(args, { version, ...(input && { input }) })
    assert.match(`${stderr}${stdout}`.trim(), expected, `kubectl ${command}`)
  }
}
const workload = (kind: 'StatefulSet' | 'DaemonSet') =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'store' },
    spec: {
      ...(kind === 'StatefulSet' && { replicas: 2, serviceName: 'store' }),
      selector: { matchLabels: { app: 'store' } },
      template: { metadata: { labels: { app: 'store' } }, spec: { containers: [{ name: 'c', image: 'store:1' }] } },
    },
  })
const DONE = /successfully rolled out$/
const IMAGE = 'jsonpath={.spec.template.spec.containers[*].image}'

const DEPLOYMENT: readonly Step[] = [
  ['create deployment web --image=nginx:1 --replicas=3 --port=80', /^deployment.apps\/web created$/],
  ['rollout status deployment/web', DONE],
  ['annotate deployment/web kubernetes.io/change-cause=first', /^deployment.apps\/web annotated?$/],
  ['set image deployment/web nginx=nginx:2', /^deployment.apps\/web image updated$/],
  ['annotate deployment/web kubernetes.io/change-cause=second --overwrite', /^deployment.apps\/web annotated?$/],
  ['rollout status deployment/web', DONE],
  ['rollout history deployment/web', /^REVISION +CHANGE-CAUSE\n1 +first\n2 +second$/m],
  ['rollout history deployment/web --revision=2', /Image:\s+nginx:2\n/],
  ['rollout undo deployment/web', /^deployment.apps\/web rolled back$/],
  ['rollout status deployment/web', DONE],
  [`get deployment web -o ${IMAGE}`, /^nginx:1$/],
  ['rollout history deployment/web', /\n2 +second\n3 +first$/],
  ['rollout undo deployment/web --to-revision=2', /^deployment.apps\/web rolled back$/],
  ['rollout status deployment/web', DONE],
  [`get deployment web -o ${IMAGE}`, /^nginx:2$/],
  ['rollout undo deployment/web --to-revision=9', /^error: unable to find specified revision 9 in history$/],

  ['rollout pause deployment/web', /^deployment.apps\/web paused$/],
  ['rollout pause deployment/web', /already paused/],
  ['set env deployment/web LEVEL=debug', /^deployment.apps\/web env updated$/],
  ['set resources deployment/web --limits=cpu=200m --requests=cpu=100m', /^deployment.apps\/web resource requirements updated$/],
  ['get replicasets -o name', /^replicaset.apps\/web-\w+\nreplicaset.apps\/web-\w+$/],
  ['rollout undo deployment/web', /you cannot rollback a paused deployment; resume it first/],
  ['rollout resume deployment/web', /^deployment.apps\/web resumed$/],
  ['rollout status deployment/web', DONE],
  // Both changes came with one set.
  ['get replicasets -o name', /^(replicaset.apps\/web-\w+\n?){3}$/],
  ['set env deployment/web --list', /^LEVEL=debug$/m],
  ['rollout restart deployment/web', /^deployment.apps\/web restarted$/],
  ['rollout status deployment/web --timeout=60s', DONE],

  ['scale deployment/web --current-replicas=9 --replicas=1', /expected replicas to be 9, was 3|Expected replicas to be 9, was 3/],
  ['scale deployment/web --current-replicas=3 --replicas=5', /^deployment.apps\/web scaled$/],
  ['rollout status deployment/web', DONE],
  ['get deployment web --no-headers', /^web +5\/5 +5 +5 +\w+$/],
  ['wait --for=condition=Available deployment/web', /^deployment.apps\/web condition met$/],
  ['wait --for=jsonpath={.status.readyReplicas}=5 deployment/web', /condition met$/],
  ['autoscale deployment/web --min=2 --max=6 --cpu-percent=80', /horizontalpodautoscaler.autoscaling\/web autoscaled$/],
  [
    'get hpa web --no-headers',
    /^web +Deployment\/web +cpu: <unknown>\/80% +2 +6 +\d+ +\w+$|^web +Deployment\/web +<unknown>\/80% +2 +6 +\d+ +\w+$/,
  ],
  ['expose deployment web --target-port=8080', /^service\/web exposed$/],
  ['get service web -o jsonpath={.spec.selector.app},{.spec.ports[0].port},{.spec.ports[0].targetPort}', /^web,80,8080$/],
  ['delete deployment/web', /^deployment.apps "web" deleted/],
]
const OTHERS: readonly Step[] = (['StatefulSet', 'DaemonSet'] as const).flatMap((kind): readonly Step[] => {
  const name = `${kind.toLowerCase()}/store`
  const told = `${kind.toLowerCase()}.apps/store`
  return [
    ['create -f -', new RegExp(`^${told} created$`), workload(kind)],
    [`rollout status ${name}`, /(roll out|rolling update) complete|successfully rolled out/],
    [`set image ${name} c=store:2`, new RegExp(`^${told} image updated$`)],
    [`rollout status ${name}`, /(roll out|rolling update) complete|successfully rolled out/],
    [`get ${name} -o ${IMAGE}`, /^store:2$/],
    [`rollout history ${name}`, /^1 .*\n2 /m],
    [`rollout history ${name} --revision=1`, /Image:\s+store:1\n/],
    [`rollout undo ${name}`, new RegExp(`^${told} rolled back$`)],
    [`rollout status ${name}`, /(roll out|rolling update) complete|successfully rolled out/],
    [`get ${name} -o ${IMAGE}`, /^store:1$/],
    [`rollout history ${name}`, /^2 .*\n3 /m],
    [`rollout restart ${name}`, new RegExp(`^${told} restarted$`)],
    [`rollout status ${name}`, /(roll out|rolling update) complete|successfully rolled out/],
    [`delete ${name}`, new RegExp(`^${kind.toLowerCase()}.apps "store" deleted`)],
  ]
})
const JOBS: readonly Step[] = [
  ['create job once --image=busybox -- true', /^job.batch\/once created$/],
  ['wait --for=condition=complete job/once', /^job.batch\/once condition met$/],
  ['get job once --no-headers', /^once +Complete +1\/1 +\w+ +\w+$|^once +1\/1 +\w+ +\w+$/],
  // On the thirtieth of February: only when somebody asks.
  ['create -f -', /^cronjob.batch\/tick created$/, cronJob()],
  ['create job now --from=cronjob/tick', /^job.batch\/now created$/],
  ['wait --for=condition=complete job/now', /^job.batch\/now condition met$/],
  ['get cronjob tick -o jsonpath={.status.lastScheduleTime}', /^$/],
  ['get job now -o jsonpath={.metadata.annotations}', /"cronjob.kubernetes.io\/instantiate":"manual"/],
  ['delete job once now', /^job.batch "once" deleted.*\njob.batch "now" deleted/],
  ['delete cronjob tick', /^cronjob.batch "tick" deleted/],
]
function cronJob(): string {
  const template = { spec: { restartPolicy: 'OnFailure', containers: [{ name: 'c', image: 'busybox' }] } }
  return JSON.stringify({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'tick' },
    spec: { schedule: '0 0 30 2 *', jobTemplate: { spec: { template } } },
  })
}

for (const version of ['1.27', '1.36'] as const)
  describe(`kubectl ${version}`, { concurrency: 3 }, () => {
    test('a deployment is rolled out, back, paused, scaled and exposed', () => run(version, 'deployment', DEPLOYMENT))
    test('stateful sets and daemon sets are rolled out and back', () => run(version, 'others', OTHERS))
    test('jobs are made and waited for', () => run(version, 'jobs', JOBS))
  })
