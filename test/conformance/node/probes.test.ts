/** How containers are looked after: probes that ask whether they live, and hooks after their start and before their end. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventually } from '../support/eventually.ts'
import { useNodeStage } from '../support/node-stage.ts'
import { AT_ONCE, conditionOf, type Pods, podsOf, shell, waiting } from '../support/pods.ts'
import type { Any } from '../support/resource.ts'

const stage = useNodeStage(['busybox', 'nginx'])
const restarts = (pod: Any): number => pod.status.containerStatuses?.[0].restartCount ?? 0

/** Serves files; says each URL that is asked for. */
const serves = (script = '') =>
  shell(`mkdir /www; for page in healthz postStart preStop; do echo ok > /www/$page; done; ${script} exec httpd -f -vv -p 8080 -h /www`)
/** Answers every health check as gRPC has it: one message with the one field `SERVING`, and a trailer that says all is well. */
const NGINX_GRPC = `error_log stderr; daemon off; events {}
http { access_log /dev/stdout; server { listen 5000 http2; root /tmp; error_page 404 =200 /answer;
  location / { default_type application/grpc; add_trailer grpc-status 0 always; } } }`
const servesGrpc = {
  ...shell(`printf '\\0\\0\\0\\0\\2\\10\\1' > /tmp/answer; echo '${NGINX_GRPC}' > /tmp/conf; exec nginx -c /tmp/conf`),
  image: 'nginx',
}
/** Says each connection. */
const connects = shell('exec nc -ll -p 8080 -e sh -c "echo connected > /proc/1/fd/1"')
const often = { periodSeconds: 1, failureThreshold: 1 }
const HEALTH = { exec: { command: ['sh', '-c', 'cat /tmp/health && echo asked > /proc/1/fd/1'] } }
const HEALTHZ = { httpGet: { path: '/healthz', port: 8080 } }
/** A container whose health ends with a file, after a while in which it was well. */
const SICK_AFTER = 'sleep 2'

interface Row {
  readonly name: string
  readonly container: object
  readonly probe: object
  /** What the container says each time it is asked. */
  readonly asked?: RegExp
}
const well: readonly Row[] = [
  {
    name: '[sig-node] Probing container should *not* be restarted with a exec "cat /tmp/health" liveness probe [Conformance] [NodeConformance]',
    container: shell('echo ok > /tmp/health; sleep 3600'),
    probe: HEALTH,
    asked: /^asked$/gm,
  },
  {
    name: '[sig-node] Probing container should *not* be restarted with a tcp:8080 liveness probe [Conformance] [NodeConformance]',
    container: connects,
    probe: { tcpSocket: { port: 8080 } },
    asked: /^connected$/gm,
  },
  {
    name: '[sig-node] Probing container should *not* be restarted with a /healthz http liveness probe [Conformance] [NodeConformance]',
    container: serves(),
    probe: HEALTHZ,
    asked: /url:\/healthz/g,
  },
  {
    name: '[sig-node] Probing container should *not* be restarted with a GRPC liveness probe [Conformance] [NodeConformance]',
    container: servesGrpc,
    probe: { grpc: { port: 5000 } },
    asked: /POST \/grpc\.health\.v1\.Health\/Check HTTP\/2\.0" 200/g,
  },
]
const sick: readonly Row[] = [
  {
    name: '[sig-node] Probing container should be restarted with a exec "cat /tmp/health" liveness probe [Conformance] [NodeConformance]',
    container: shell(`echo ok > /tmp/health; ${SICK_AFTER}; rm -f /tmp/health; sleep 3600`),
    probe: HEALTH,
  },
  {
    name: '[sig-node] Probing container should be restarted with a /healthz http liveness probe [Conformance] [NodeConformance]',
    container: serves(`(${SICK_AFTER}; rm /www/healthz) &`),
    probe: HEALTHZ,
  },
  {
    name: '[sig-node] Probing container should be restarted with a GRPC liveness probe [Conformance] [NodeConformance]',
    container: servesGrpc,
    // Nobody serves at this port.
    probe: { grpc: { port: 2333 } },
  },
]

describe('probes and hooks', AT_ONCE, () => {
  test('[sig-node] Probing container should have monotonically increasing restart count [Conformance] [NodeConformance]', async () => {
    const pods = await podsOf(stage, 'probes')
    const container = { ...serves('(sleep 1; rm /www/healthz) &'), livenessProbe: { ...HEALTHZ, ...often, initialDelaySeconds: 1 } }
    await pods.run('probed', { containers: [container] })
    let count = 0
    // Three, as the pauses between restarts double: the fifth would come after three minutes.
    await pods.until(
      'probed',
      pod => {
        assert(restarts(pod) === count || restarts(pod) === count + 1, `${count} → ${restarts(pod)}`)
        count = restarts(pod)
        return count === 3
      },
      120_000,
    )
  })

  for (const { name, container, probe, asked } of well)
    test(name, async () => {
      const pods = await podsOf(stage, 'probes')
      await pods.run('probed', { containers: [{ ...container, livenessProbe: { ...probe, ...often, initialDelaySeconds: 2 } }] })
      await pods.running('probed')
      // A failure that must not come cannot be waited for: a row of successes can.
      await eventually(async () => assert((await pods.log('probed')).match(asked ?? /$/)?.[5]), { timeoutMs: 40_000 })
      assert.equal(restarts(await pods.get('probed')), 0)
    })
  for (const { name, container, probe } of sick)
    test(name, async () => {
      const pods = await podsOf(stage, 'probes')
      await pods.run('probed', { containers: [{ ...container, livenessProbe: { ...probe, ...often, initialDelaySeconds: 1 } }] })
      const pod = await pods.until('probed', pod => restarts(pod) > 0)
      assert.equal(restarts(pod), 1)
    })

  test('[sig-node] Probing container with readiness probe should not be ready before initial delay and never restart [Conformance] [NodeConformance]', async () => {
    const pods = await podsOf(stage, 'probes')
    const initialDelaySeconds = 5
    await pods.run('probed', { containers: [{ ...serves(), readinessProbe: { ...HEALTHZ, periodSeconds: 1, initialDelaySeconds } }] })
    const pod = await pods.ready('probed')
    const [{ state }] = pod.status.containerStatuses
    // Times have no fractions of a second.
    const delay = Date.parse(conditionOf(pod, 'Ready').lastTransitionTime) - Date.parse(state.running.startedAt)
    assert(delay > (initialDelaySeconds - 1) * 1000, `ready after ${delay} ms`)
    assert.equal(restarts(pod), 0)
  })
  test('[sig-node] Probing container with readiness probe that fails should never be ready and never restart [Conformance] [NodeConformance]', async () => {
    const pods = await podsOf(stage, 'probes')
    const command = ['sh', '-c', 'echo asked > /proc/1/fd/1; false']
    await pods.run('probed', { containers: [{ ...waiting(), readinessProbe: { exec: { command }, ...often } }] })
    await using watching = await pods.watch()
    await pods.running('probed')
    await eventually(async () => assert((await pods.log('probed')).match(/^asked$/gm)?.[5]), { timeoutMs: 40_000 })
    await pods.delete('probed')
    await watching.until(({ type, object }) => {
      assert.deepEqual([conditionOf(object, 'Ready')?.status ?? 'False', restarts(object)], ['False', 0])
      return type === 'DELETED'
    })
  })

  /** A server, and its address. */
  async function server(pods: Pods, container: object): Promise<string> {
    await pods.run('server', { containers: [{ ...container, ports: [{ containerPort: 8080 }], readinessProbe: { ...HEALTHZ, ...often } }] })
    return (await pods.ready('server')).status.podIP
  }
  const exec = (ip: string, hook: string) => ({ exec: { command: ['wget', '-q', '-O-', `http://${ip}:8080/${hook}`] } })
  const httpGet = (ip: string, hook: string) => ({ httpGet: { host: ip, port: 8080, path: `/${hook}` } })
  for (const [name, hook, handler] of [
    [
      '[sig-node] Container Lifecycle Hook when create a pod with lifecycle hook should execute poststart exec hook properly [Conformance] [NodeConformance]',
      'postStart',
      exec,
    ],
    [
      '[sig-node] Container Lifecycle Hook when create a pod with lifecycle hook should execute poststart http hook properly [Conformance] [NodeConformance]',
      'postStart',
      httpGet,
    ],
    [
      '[sig-node] Container Lifecycle Hook when create a pod with lifecycle hook should execute prestop exec hook properly [Conformance] [NodeConformance]',
      'preStop',
      exec,
    ],
    [
      '[sig-node] Container Lifecycle Hook when create a pod with lifecycle hook should execute prestop http hook properly [Conformance] [NodeConformance]',
      'preStop',
      httpGet,
    ],
  ] as const)
    test(name, async () => {
      const pods = await podsOf(stage, 'hooks')
      const ip = await server(pods, serves())
      const heard = async () => (await pods.log('server')).includes(`url:/${hook}\n`)
      await pods.run('hooked', { terminationGracePeriodSeconds: 30, containers: [waiting({ lifecycle: { [hook]: handler(ip, hook) } })] })
      await pods.ready('hooked')
      assert.equal(await heard(), hook === 'postStart')
      await pods.delete('hooked')
      await pods.gone('hooked')
      assert(await heard())
    })

  test('[sig-node] PreStop should call prestop when killing a pod [Conformance]', async () => {
    const pods = await podsOf(stage, 'hooks')
    const scripts = `mkdir /www/cgi-bin
for what in 'write:head -c "$CONTENT_LENGTH" > /tmp/received' 'read:cat /tmp/received'; do
  printf '#!/bin/sh\\nprintf "Content-Type: text/plain\\\\r\\\\n\\\\r\\\\n"\\n%s\\n' "\${what#*:}" > "/www/cgi-bin/\${what%%:*}"
done
chmod +x /www/cgi-bin/*;`
    const ip = await server(pods, serves(scripts))
    const command = ['wget', '-q', '-O-', '--post-data={"Source": "prestop"}', `http://${ip}:8080/cgi-bin/write`]
    await pods.run('tester', {
      terminationGracePeriodSeconds: 30,
      containers: [waiting({ lifecycle: { preStop: { exec: { command } } } })],
    })
    await pods.ready('tester')
    await pods.delete('tester')
    await pods.gone('tester')
    assert.equal(await pods.asked('server', 'cgi-bin/read'), '{"Source": "prestop"}')
  })
})
