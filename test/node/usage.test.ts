/** What containers use: `kubectl top`, and an autoscaler that follows it. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { HorizontalPodAutoscaler } from '#kinds/autoscaling/horizontal-pod-autoscaler.ts'
import { KUBECTL_VERSIONS } from '#test/support/kubectl.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'
import { eventually } from '#test/conformance/support/eventually.ts'

let cluster: NodeCluster
before(async () => (cluster = await startNodeCluster(['busybox'])))
after(() => cluster?.[Symbol.asyncDispose]())

/** Long enough for two rounds of an autoscaler on a busy machine. */
const SCALED_TIMEOUT_MS = 120_000
const busy = (name: string, replicas = 1) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: 'spin',
            image: 'busybox',
            imagePullPolicy: 'Never',
            command: ['sh', '-c', 'while :; do :; done'],
            resources: { requests: { cpu: '20m', memory: '8Mi' }, limits: { cpu: '50m' } },
          },
          { name: 'rest', image: 'busybox', imagePullPolicy: 'Never', command: ['sleep', '1000'], resources: { requests: { cpu: '20m' } } },
        ],
      },
    },
  },
})

describe('use', { concurrency: 2 }, () => {
  test('kubectl top shows nodes, pods and containers', async () => {
    const namespace = await cluster.namespace('top')
    await cluster.ok(['apply', '-n', namespace, '-f', '-'], { input: JSON.stringify(busy('spinning')) })
    await cluster.ok(['rollout', 'status', '-n', namespace, 'deployment/spinning'])
    const pods = await eventually(async () => {
      const text = await cluster.ok(['top', 'pod', '-n', namespace, '--containers', '--no-headers'])
      // The first reading may be from a moment in which the container had only begun.
      assert.match(text, /spin +[1-9]\d*m +\d+Mi/)
      return text
    })
    assert.match(pods, /^spinning-\S+ +rest +\dm +\d+Mi {3}$/m)
    for (const version of KUBECTL_VERSIONS) {
      assert.match(
        await cluster.ok(['top', 'node'], { version }),
        /^NAME +CPU\(cores\) +CPU\S* +MEMORY\(bytes\) +MEMORY\S* *\n\S+ +\d+m +\d+% +\d+Mi +\d+%/,
      )
      assert.match(await cluster.ok(['top', 'pod', '-n', namespace, '-l', 'app=spinning'], { version }), /\nspinning-\S+ +\d+m +\d+Mi/)
    }
    assert.match(await cluster.fails(['top', 'pod', '-n', namespace, 'nobody']), /pods "nobody" not found|NotFound/)
    assert.match(
      await cluster.ok(['get', 'pods.metrics.k8s.io', '-n', namespace]),
      /^NAME +CPU +MEMORY +WINDOW\nspinning-\S+ +\d+n +\d+[KM]i +\S+s\n$/,
    )
  })

  test('an autoscaler lets a busy deployment grow to what it may', async () => {
    const namespace = await cluster.namespace('grows')
    await cluster.ok(['apply', '-n', namespace, '-f', '-'], { input: JSON.stringify(busy('growing')) })
    await cluster.ok(['autoscale', '-n', namespace, 'deployment', 'growing', '--cpu=50%', '--min=1', '--max=3'])
    const scaler = await eventually(
      async () => {
        const { status } = await cluster.client.get(HorizontalPodAutoscaler, { namespace, name: 'growing' })
        assert.equal(status.currentReplicas, 3)
        return status
      },
      { timeoutMs: SCALED_TIMEOUT_MS },
    )
    assert.equal(scaler.conditions?.find(({ type }) => type === 'AbleToScale')?.status, 'True')
    assert.match(await cluster.ok(['get', 'hpa', '-n', namespace]), /growing +Deployment\/growing +cpu: \d+%\/50% +1 +3 +3/)
    const rescales = ['get', 'events', '-n', namespace, '--field-selector=reason=SuccessfulRescale', '-o', 'jsonpath={..message}']
    await eventually(async () =>
      assert.match(await cluster.ok(rescales), /New size: \d; reason: cpu resource utilization \(percentage of request\) above target/),
    )
  })
})
