/** Real Helm at a chart's whole life: the chart that `helm create` writes, on real containers. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { programPath, runProgram } from '#test/support/kubectl.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'

let cluster: NodeCluster
const charts = mkdtempSync(join(tmpdir(), 'knarr-charts-'))
before(async () => (cluster = await startNodeCluster(['nginx', 'busybox'])))
after(async () => {
  rmSync(charts, { recursive: true })
  await cluster[Symbol.asyncDispose]()
})

async function helm(words: string): Promise<string> {
  const command = [programPath('helm'), ...words.split(' ')]
  const { code, stdout, stderr } = await runProgram(command, { cwd: charts, env: { KUBECONFIG: cluster.folder.kubeconfig } })
  assert.equal(code, 0, `helm ${words}: ${stderr}`)
  return stdout
}

/** What is typed, and what must come out. */
const STEPS: readonly (readonly [command: string, expected: RegExp])[] = [
  ['create web', /Creating web/],
  [
    'install web ./web --namespace shop --create-namespace --wait --set image.tag=latest,ingress.enabled=true,autoscaling.enabled=true',
    /STATUS: deployed\nREVISION: 1/,
  ],
  ['list --all-namespaces', /^web\s+shop\s+1\s.*deployed\s+web-0\.1\.0/m],
  ['test web --namespace shop', /Phase: +Succeeded/],
  [
    'upgrade web ./web --namespace shop --wait --reuse-values --set replicaCount=2,autoscaling.enabled=false',
    /STATUS: deployed\nREVISION: 2/,
  ],
  ['history web --namespace shop', /^1\s.*superseded.*\n2\s.*deployed.*Upgrade complete/m],
  ['rollback web 1 --namespace shop --wait', /Rollback was a success/],
  ['status web --namespace shop', /STATUS: deployed\nREVISION: 3\nDESCRIPTION: Rollback to 1/],
  ['uninstall web --namespace shop --wait', /release "web" uninstalled/],
]
test('helm', async step => {
  for (const [words, expected] of STEPS) await step.test(words, async () => assert.match(await helm(words), expected))
  const left = await cluster.ok([
    'get',
    'all,ingress,serviceaccount',
    '-n',
    'shop',
    '-o',
    'name',
    '-l',
    'app.kubernetes.io/managed-by=Helm',
  ])
  assert.deepEqual(
    left.split('\n').filter(name => name && !name.startsWith('pod/')),
    [],
  )
})
