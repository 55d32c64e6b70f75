/** An application of several tiers, made with kubectl, that works as a whole. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../support/eventually.ts'
import { useNodeStage } from '../support/node-stage.ts'

const stage = useNodeStage(['node'])

/** Long enough for a machine that does much else. */
const STARTUP_TIMEOUT_MS = 120_000
const BACKEND_PORT = 6379

/** A Deployment, and the Service in front of it. */
function tier(
  name: string,
  { replicas, port, args }: { readonly replicas: number; readonly port: number; readonly args: readonly string[] },
) {
  const labels = { app: 'guestbook', tier: name }
  const container = { name, image: 'knarr.test/node:1', args: ['/guestbook.mjs', ...args], ports: [{ containerPort: port }] }
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { name, labels }, spec: { selector: labels, ports: [{ port }] } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } },
    },
  ]
}
const APPLICATION = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    ...tier('primary', { replicas: 1, port: BACKEND_PORT, args: ['primary'] }),
    ...tier('replica', { replicas: 2, port: BACKEND_PORT, args: ['replica', 'primary'] }),
    ...tier('frontend', { replicas: 3, port: 80, args: ['frontend', 'primary', 'replica'] }),
  ],
}

test('[sig-cli] Kubectl client Guestbook application should create and stop a working application [Conformance]', async () => {
  const namespace = await stage.namespace('guestbook')
  const { cluster } = stage
  const input = JSON.stringify(APPLICATION)
  const asked = async (query: string) => {
    const path = `/api/v1/namespaces/${namespace}/services/frontend/proxy/guestbook?key=messages&${query}`
    return await cluster.ok(['get', '--raw', path])
  }
  await cluster.ok(['create', '-n', namespace, '-f', '-'], { input })
  for (const name of ['primary', 'replica', 'frontend'])
    await cluster.ok(['rollout', 'status', '-n', namespace, `deployment/${name}`, `--timeout=${STARTUP_TIMEOUT_MS / 1_000}s`])
  await eventually(async () => assert.equal(await asked('cmd=get'), '{"data":""}'), { timeoutMs: STARTUP_TIMEOUT_MS })
  assert.equal(await asked('cmd=set&value=TestEntry'), '{"message":"Updated"}')
  await eventually(async () => assert.equal(await asked('cmd=get'), '{"data":"TestEntry"}'), { timeoutMs: STARTUP_TIMEOUT_MS })
  await cluster.ok(['delete', '-n', namespace, '--grace-period=0', '--force', '-f', '-'], { input })
  for (const resource of ['deployments', 'services', 'pods'])
    await eventually(async () => assert.equal(await cluster.ok(['get', resource, '-n', namespace, '-o', 'name']), ''))
})
