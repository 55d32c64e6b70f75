/** A whole cluster with a real node, as people use it: kubectl of several versions. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { eventually } from '../conformance/support/eventually.ts'
import { startTestCluster, type TestCluster } from '../support/cluster.ts'
import { KUBECTL_VERSIONS, type KubectlVersion, programPath } from '../support/kubectl.ts'
import { NODE, NodeCluster } from './cluster.ts'

let cluster: TestCluster
let node: NodeCluster
before(async () => {
  cluster = await startTestCluster()
  const { kubeletServer, authority } = cluster.pki
  const tls = { certificate: kubeletServer.certificate, key: kubeletServer.key, clientAuthority: authority.certificate }
  const serve = { tls, authorize: async () => true, host: '127.0.0.1' }
  node = await NodeCluster.join(cluster, { images: ['busybox', 'nginx'], options: { serve, addresses: ['127.0.0.1'] } })
})
after(async () => {
  await node[Symbol.asyncDispose]()
})
async function kubectl(args: string, options: Parameters<TestCluster['kubectl']>[1] = {}): Promise<string> {
  const { code, stdout, stderr } = await cluster.kubectl(args.split(' '), options)
  assert.equal(code, 0, `kubectl ${args}: ${stderr}`)
  return stdout
}

test('a deployment of nginx runs on the node', async () => {
  assert.match(await kubectl('get nodes'), new RegExp(`${NODE} +Ready`))
  await kubectl('create deployment web --image=nginx')
  await kubectl('rollout status deployment/web --timeout=100s')
  // Its pod is ready before it listens.
  await eventually(async () => assert.match(await kubectl('logs deployment/web'), /start worker process/))
})
for (const version of KUBECTL_VERSIONS) {
  test(`kubectl ${version} runs commands, with input and exit codes`, async () => {
    assert.equal(await kubectl('exec -i deploy/web -- wc -c', { version, input: Buffer.alloc(300_000) }), '300000\n')
    const { code, stderr } = await cluster.kubectl(['exec', 'deploy/web', '--', 'sh', '-c', 'echo bad >&2; exit 7'], { version })
    assert.deepEqual([code, stderr], [7, 'bad\ncommand terminated with exit code 7\n'])
  })
  test(`kubectl ${version} forwards a port`, async () => {
    assert.match(await forwarded(version), /Welcome to nginx/)
  })
}
test('kubectl run, attach, logs, describe, delete', async () => {
  const { stdout } = await cluster.kubectl(
    ['run', 'once', '--image=busybox', '--rm', '-i', '--restart=Never', '--', 'sh', '-c', 'cat; echo done'],
    { input: 'hello\n' },
  )
  assert.match(stdout, /hello\ndone\n/)
  await kubectl('run said --image=busybox --restart=Never -- echo knarr')
  await kubectl('wait --for=jsonpath={.status.phase}=Succeeded pod/said --timeout=100s')
  assert.equal(await kubectl('logs said'), 'knarr\n')
  await eventually(async () => assert.match(await kubectl('describe pod said'), /Started +\w+ +kubelet +.*Container started/))
  await kubectl('delete pod said --timeout=100s')
})
test('kubectl cp copies both ways', async () => {
  const pod = (await kubectl('get pods -l app=web -o name')).trim().replace('pod/', '')
  await kubectl(`cp ${cluster.kubeconfig} ${pod}:/tmp/config`)
  assert.match(await kubectl(`exec ${pod} -- cat /tmp/config`), /certificate-authority-data/)
})
test('a pod has a token of its service account', async () => {
  const text = await kubectl(
    'exec deploy/web -- cat /var/run/secrets/kubernetes.io/serviceaccount/token /var/run/secrets/kubernetes.io/serviceaccount/namespace',
  )
  assert.match(text, /^eyJ.*default$/)
})
test('a job completes', async () => {
  await kubectl('create job work --image=busybox -- true')
  await kubectl('wait --for=condition=complete job/work --timeout=100s')
})

/** What a port-forward to the web server answers. */
async function forwarded(version: KubectlVersion): Promise<string> {
  const env = { ...process.env, KUBECONFIG: cluster.kubeconfig, HOME: cluster.folder }
  const child = spawn(programPath('kubectl', version), ['port-forward', 'deploy/web', ':80', '--address=127.0.0.1'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 100_000,
  })
  try {
    let said = ''
    while (!/127\.0\.0\.1:\d+/.test(said)) said += String(((await once(child.stdout, 'data')) as [Buffer])[0])
    const port = /127\.0\.0\.1:(\d+)/.exec(said)?.[1]
    return await (await fetch(`http://127.0.0.1:${port}/`)).text()
  } finally {
    child.kill()
    await once(child, 'exit')
  }
}
