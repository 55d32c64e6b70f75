/** What people do with kubectl to running pods and their controllers. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Pod } from '#kinds/core/pod.ts'
import { ReplicationController } from '#kinds/core/replication-controller.ts'
import { Service } from '#kinds/core/service.ts'
import { useNodeStage } from '../support/node-stage.ts'
import { container, labelled, readyPods } from '../support/running-pods.ts'

const stage = useNodeStage()
const [NAME, OTHER] = ['agnhost-primary', 'busybox:1.28']
const LABELS = { app: 'agnhost', role: 'primary' }

async function ground(base: string) {
  const namespace = await stage.namespace(base)
  const pods = stage.resource(Pod, namespace)
  const apply = (verb: string, object: object) =>
    stage.cluster.ok([...verb.split(' '), '-n', namespace, '-f', '-'], { input: JSON.stringify(object) })
  return {
    namespace,
    pods,
    apply,
    ok: (args: string) => stage.cluster.ok(['-n', namespace, ...args.split(' ')]),
    /** Runs a controller's pods until they are ready. */
    control: async (replicas = 1) => {
      await apply('create', controller(replicas))
      return await readyPods(pods, labelled(LABELS), replicas)
    },
    runPod: async (name: string, labels = {}) => {
      await apply('create', { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { name, ...labels } }, spec: SPEC })
      await readyPods(pods, labelled({ name }), 1)
    },
  }
}
const SPEC = { terminationGracePeriodSeconds: 1, containers: [container({ ports: [{ name: 'agnhost-server', containerPort: 6379 }] })] }
const controller = (replicas: number) => ({
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: { name: NAME, labels: LABELS },
  spec: { replicas, selector: LABELS, template: { metadata: { labels: LABELS }, spec: SPEC } },
})
const imageOf = async (pods: ReturnType<typeof stage.resource>, name: string) => (await pods.get(name)).spec.containers[0].image

describe('kubectl and what runs', { concurrency: 5 }, () => {
  test('[sig-cli] Kubectl client Update Demo should create and stop a replication controller [Conformance]', async () => {
    const { namespace, pods, control, ok } = await ground('create-stop')
    await control(2)
    await ok(`delete rc ${NAME} --grace-period=0 --force`)
    await pods.counted(0, labelled(LABELS))
    assert.equal((await stage.resource(ReplicationController, namespace).list()).items.length, 0)
  })

  test('[sig-cli] Kubectl client Update Demo should scale a replication controller [Conformance]', async () => {
    const { pods, control, ok } = await ground('scale')
    await control(2)
    for (const replicas of [1, 2]) {
      assert.match(await ok(`scale rc ${NAME} --replicas=${replicas} --timeout=2m`), /scaled/)
      await readyPods(pods, labelled(LABELS), replicas)
    }
  })

  test('[sig-cli] Kubectl client Kubectl describe should check if kubectl describe prints relevant information for rc and pods [Conformance]', async () => {
    const { namespace, control, ok, apply } = await ground('describe')
    const ports = [{ port: 6379, targetPort: 'agnhost-server' }]
    await apply('create', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: NAME, labels: LABELS },
      spec: { ports, selector: LABELS },
    })
    const [pod] = await control()
    const has = (text: string, rows: readonly (readonly string[])[]) => {
      for (const row of rows)
        assert(
          text.split('\n').some(line => row.every(word => line.includes(word))),
          `${row.join(' ')} in ${text}`,
        )
    }
    has(await ok(`describe pod ${pod.metadata.name}`), [
      ['Name:', NAME],
      ['Namespace:', namespace],
      ['Node:'],
      ['Labels:', 'app=agnhost'],
      ['role=primary'],
      ['Annotations:'],
      ['Status:', 'Running'],
      ['IP:'],
      ['Controlled By:', `ReplicationController/${NAME}`],
      ['Image:', 'busybox'],
      ['State:', 'Running'],
      ['QoS Class:', 'BestEffort'],
    ])
    has(await ok(`describe rc ${NAME}`), [
      ['Name:', NAME],
      ['Namespace:', namespace],
      ['Selector:', 'app=agnhost,role=primary'],
      ['Labels:', 'app=agnhost'],
      ['Replicas:', '1 current', '1 desired'],
      ['Pods Status:', '1 Running', '0 Waiting', '0 Succeeded', '0 Failed'],
      ['Pod Template:'],
      ['Image:'],
      ['Events:'],
    ])
    has(await ok(`describe service ${NAME}`), [
      ['Name:', NAME],
      ['Namespace:', namespace],
      ['Selector:', 'app=agnhost,role=primary'],
      ['Type:', 'ClusterIP'],
      ['IP:'],
      ['Port:', '<unset>', '6379/TCP'],
      ['Endpoints:'],
      ['Session Affinity:', 'None'],
    ])
    has(await ok(`describe node ${pod.spec.nodeName}`), [
      ['Name:', pod.spec.nodeName],
      ['Labels:'],
      ['Annotations:'],
      ['CreationTimestamp'],
      ['Conditions:'],
      ['Type', 'Status', 'LastHeartbeatTime', 'LastTransitionTime', 'Reason', 'Message'],
      ['Addresses:'],
      ['Capacity:'],
      ['Kubelet Version:'],
      ['Pods:'],
    ])
    has(await ok(`describe namespace ${namespace}`), [['Name:', namespace], ['Labels:'], ['Annotations:'], ['Status:', 'Active']])
  })

  test('[sig-cli] Kubectl client Kubectl expose should create services for rc [Conformance]', async () => {
    const { namespace, control, ok } = await ground('expose')
    await control()
    const services = stage.resource(Service, namespace)
    for (const [args, name, port] of [
      [`expose rc ${NAME} --name=rm2 --port=1234 --target-port=6379`, 'rm2', 1234],
      ['expose service rm2 --name=rm3 --port=2345 --target-port=6379', 'rm3', 2345],
    ] as const) {
      assert.match(await ok(args), /exposed/)
      const { spec } = await services.get(name)
      assert.deepEqual([spec.selector, spec.ports.length, spec.ports[0].port, spec.ports[0].targetPort], [LABELS, 1, port, 6379])
    }
  })

  test('[sig-cli] Kubectl client Kubectl label should update the label on a resource [Conformance]', async () => {
    const { runPod, ok } = await ground('label')
    await runPod('pause')
    await ok('label pods pause testing-label=testing-label-value')
    assert.match(await ok('get pod pause -L testing-label'), /testing-label-value/)
    assert.match(await ok('get pod -l testing-label=testing-label-value -o name'), /^pod\/pause$/m)
    await ok('label pods pause testing-label-')
    assert.doesNotMatch(await ok('get pod pause -L testing-label'), /testing-label-value/)
  })

  test('[sig-cli] Kubectl client Kubectl patch should add annotations for pods in rc [Conformance]', async () => {
    const { pods, control, ok } = await ground('patch')
    for (const { metadata } of await control(2)) await ok(`patch pod ${metadata.name} -p {"metadata":{"annotations":{"x":"y"}}}`)
    for (const { metadata } of (await pods.list(labelled(LABELS))).items) assert.equal(metadata.annotations?.['x'], 'y')
  })

  test("[sig-cli] Kubectl client Kubectl replace should update a single-container pod's image [Conformance]", async () => {
    const { pods, runPod, ok, apply } = await ground('replace')
    await runPod('e2e-test-httpd-pod')
    const object = JSON.parse(await ok('get pod e2e-test-httpd-pod -o json'))
    object.spec.containers[0].image = OTHER
    await apply('replace', object)
    assert.equal(await imageOf(pods, 'e2e-test-httpd-pod'), OTHER)
  })

  test('[sig-cli] Kubectl client Kubectl run pod should create a pod from an image when restart is Never [Conformance]', async () => {
    const { pods, ok } = await ground('run')
    await ok('run e2e-test-httpd-pod --restart=Never --pod-running-timeout=2m --image=busybox --image-pull-policy=IfNotPresent')
    const { spec } = await pods.get('e2e-test-httpd-pod')
    assert.deepEqual([spec.containers.length, spec.containers[0].image, spec.restartPolicy], [1, 'busybox', 'Never'])
  })

  test('[sig-cli] Kubectl client Kubectl server-side dry-run should check if kubectl can dry-run update Pods [Conformance]', async () => {
    const { pods, ok } = await ground('dry-run')
    await ok('run e2e-test-httpd-pod --image=busybox --image-pull-policy=IfNotPresent --labels=run=e2e-test-httpd-pod')
    const patch = { spec: { containers: [{ name: 'e2e-test-httpd-pod', image: OTHER }] } }
    assert.match(await ok(`patch pod e2e-test-httpd-pod -p ${JSON.stringify(patch)} --dry-run=server`), /patched/)
    assert.equal(await imageOf(pods, 'e2e-test-httpd-pod'), 'busybox')
  })

  test('[sig-cli] Kubectl client Kubectl diff should check if kubectl diff finds a difference for Deployments [Conformance]', async () => {
    const { namespace, apply } = await ground('diff')
    const deployment = (image: string) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'httpd-deployment', labels: { app: 'httpd' } },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'httpd' } },
        template: { metadata: { labels: { app: 'httpd' } }, spec: { containers: [container({ image })] } },
      },
    })
    await apply('create', deployment('busybox'))
    const input = JSON.stringify(deployment(OTHER))
    const { code, stdout, stderr } = await stage.cluster.kubectl(['diff', '-n', namespace, '-f', '-'], { input })
    assert.equal(code, 1, stderr)
    assert.match(stdout, /^-\s+(- )?image: busybox$/m)
    assert.match(stdout, /^\+\s+(- )?image: busybox:1.28$/m)
  })
})

describe('kubectl logs', () => {
  test('[sig-cli] Kubectl logs logs should be able to retrieve and filter logs [Conformance]', async () => {
    const { namespace, ok } = await ground('logs')
    const lines = 'for i in $(seq 0 99); do echo "line $i of many"; done; trap "exit 0" TERM; sleep 100000 & wait'
    await stage.cluster.ok([
      'run',
      '-n',
      namespace,
      'logs-generator',
      '--image=busybox',
      '--image-pull-policy=IfNotPresent',
      '--',
      'sh',
      '-c',
      lines,
    ])
    await stage.written(namespace, 'logs-generator', /line 99 of many/)
    assert.equal(await ok('logs logs-generator --tail=1'), 'line 99 of many\n')
    assert.equal(await ok('logs logs-generator --limit-bytes=1'), 'l')
    const [, at = ''] = /^(\S+) line 99 of many\n$/.exec(await ok('logs logs-generator --tail=1 --timestamps')) ?? []
    assert(Number.isFinite(Date.parse(at)), at)
    assert.equal((await ok('logs logs-generator --since=24h')).split('\n').length, 101)
    // All of it was written at least a second ago once the second one is over.
    const then = new Date(Date.parse(at) + 1_000).toISOString()
    assert.equal(await ok(`logs logs-generator --since-time=${then}`), '')
    await ok('delete pod logs-generator')
  })
})
