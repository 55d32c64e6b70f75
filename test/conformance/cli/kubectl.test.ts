/** kubectl's own views of the cluster, and its proxy, with the newest kubectl. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { request } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { startTestCluster, type TestCluster } from '#test/support/cluster.ts'
import { programPath } from '#test/support/kubectl.ts'

let cluster: TestCluster
before(async () => {
  cluster = await startTestCluster()
})
after(() => cluster?.[Symbol.asyncDispose]())

async function told(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cluster.kubectl(args)
  assert.equal(code, 0, stderr)
  return stdout
}

test('[sig-cli] Kubectl client Kubectl api-versions should check if v1 is in available api versions [Conformance]', async () => {
  assert((await told('api-versions')).split('\n').includes('v1'))
})

test('[sig-cli] Kubectl client Kubectl cluster-info should check if Kubernetes control plane services is included in cluster-info [Conformance]', async () => {
  const text = await told('cluster-info')
  assert.match(text, /Kubernetes control plane/)
  assert.match(text, new RegExp(`is running at .*${cluster.server}`))
})

test('[sig-cli] Kubectl client Kubectl version should check is all data is printed [Conformance]', async () => {
  const { clientVersion, serverVersion } = JSON.parse(await told('version', '-o', 'json'))
  for (const version of [clientVersion, serverVersion])
    for (const field of ['major', 'minor', 'gitVersion', 'gitCommit', 'gitTreeState', 'buildDate', 'goVersion', 'compiler', 'platform'])
      assert(field in version, `${field} is missing`)
  const plain = await told('version')
  for (const part of ['Client Version', 'Server Version']) assert.match(plain, new RegExp(part))
})

/** Runs `kubectl proxy` until `use` is done with it; `use` gets the line in which the proxy tells where it listens. */
async function withProxy(args: readonly string[], use: (line: string) => Promise<void>): Promise<void> {
  const proxy = spawn(programPath('kubectl'), ['proxy', ...args], {
    env: { ...process.env, KUBECONFIG: cluster.kubeconfig, HOME: cluster.folder },
  })
  const ended = new Promise(resolve => proxy.once('exit', resolve))
  try {
    for await (const line of createInterface({ input: proxy.stdout })) {
      await use(line)
      break
    }
  } finally {
    proxy.kill()
    await ended
  }
}
const versionsThrough = (
  options: { readonly socketPath: string } | { readonly port: number },
): Promise<{ readonly kind: string; readonly versions: readonly string[] }> =>
  new Promise((resolve, reject) => {
    const asked = request({ ...options, host: '127.0.0.1', path: '/api/' }, async answer => {
      resolve(JSON.parse(Buffer.concat(await Array.fromAsync(answer as AsyncIterable<Buffer>)).toString()))
    })
    asked.on('error', reject).end()
  })

test('[sig-cli] Kubectl client Proxy server should support proxy with --port 0 [Conformance]', () =>
  withProxy(['--port=0', '--disable-filter'], async line => {
    const port = Number(/Starting to serve on 127\.0\.0\.1:(\d+)/.exec(line)?.[1])
    assert((await versionsThrough({ port })).versions.includes('v1'))
  }))

test('[sig-cli] Kubectl client Proxy server should support --unix-socket=/path [Conformance]', () => {
  const socketPath = join(cluster.folder, 'proxy.sock')
  return withProxy([`--unix-socket=${socketPath}`], async line => {
    assert.match(line, new RegExp(`Starting to serve on ${socketPath}`))
    assert((await versionsThrough({ socketPath })).versions.includes('v1'))
  })
})
