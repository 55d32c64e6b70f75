/** The machine's logs through the API, and who may read them, on a node as people have it. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { issueClient } from '#base/x509.ts'
import { leafValidity } from '#bin/pki.ts'
import { Node } from '#kinds/core/node.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'

let cluster: NodeCluster
let node: Node
const folder = mkdtempSync('/var/log/knarr-test-')
before(async () => {
  writeFileSync(join(folder, 'said.log'), 'one\ntwo\n')
  symlinkSync('/etc/hostname', join(folder, 'outside'))
  cluster = await startNodeCluster([])
  node = (await cluster.client.list(Node)).items[0] ?? assert.fail('there is no node')
})
after(async () => {
  rmSync(folder, { recursive: true })
  await cluster[Symbol.asyncDispose]()
})
const logs = (path: string) => `/api/v1/nodes/${node.metadata.name}/proxy/logs/${path}`
const own = basename(folder)

test('kubectl reads lists and files of /var/log, and nothing that a link shows from outside', async () => {
  assert.match(await cluster.ok(['get', '--raw', logs('')]), new RegExp(`href="[^"]*${own}/"`))
  assert.match(await cluster.ok(['get', '--raw', logs(`${own}/`)]), /said\.log/)
  assert.equal(await cluster.ok(['get', '--raw', logs(`${own}/said.log`)]), 'one\ntwo\n')
  assert.match(await cluster.fails(['get', '--raw', logs(`${own}/outside`)]), /NotFound|not find/)
  // As upstream's default: questions are not heard, so the folder is listed.
  assert.match(await cluster.ok(['get', '--raw', logs('?query=kubelet')]), /<pre>/)
})

/** Asks the kubelet itself, as a user with a certificate. */
function ask(path: string, user: string): Promise<readonly [number | undefined, string]> {
  const [ca, caKey] = ['ca.crt', 'ca.key'].map(name => readFileSync(join(cluster.folder.pki, name), 'utf8')) as [string, string]
  const subject = { commonName: user, organizations: [] }
  const { certificate, key } = issueClient({ certificate: ca, key: caKey }, { subject, validity: leafValidity(Date.now()) })
  const { status } = node
  const host = status.addresses?.find(({ type }) => type === 'InternalIP')?.address
  const options = { host, port: status.daemonEndpoints?.kubeletEndpoint?.Port, path, cert: certificate, key, ca, servername: '' }
  return new Promise((resolve, reject) => {
    request({ ...options, checkServerIdentity: () => undefined }, answer =>
      text(answer).then(body => resolve([answer.statusCode, body]), reject),
    )
      .on('error', reject)
      .end()
  })
}
test('the kubelet itself lets read them who may get nodes/log, and nothing else with that', async () => {
  const path = `/logs/${own}/said.log`
  const denied = 'Forbidden (user=reader, verb=get, resource=nodes, subresource(s)=[log])\n'
  assert.deepEqual(await ask(path, 'reader'), [403, denied])
  await cluster.ok(['create', 'clusterrole', 'node-logs', '--verb=get', '--resource=nodes/log'])
  await cluster.ok(['create', 'clusterrolebinding', 'node-logs', '--clusterrole=node-logs', '--user=reader'])
  assert.deepEqual(await ask(path, 'reader'), [200, 'one\ntwo\n'])
  assert.deepEqual(await ask('/pods', 'reader'), [403, 'Forbidden (user=reader, verb=get, resource=nodes, subresource(s)=[pods proxy])\n'])
})
