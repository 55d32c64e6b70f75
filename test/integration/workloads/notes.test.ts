/** What the notes say of jobs, of budgets and of the hash of a template, with kubectl, on simulated nodes. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { eventually } from '#test/conformance/support/eventually.ts'
import type { Any } from '#test/conformance/support/resource.ts'
import { startTestCluster, type TestCluster } from '#test/support/cluster.ts'

let cluster: TestCluster
before(async () => {
  cluster = await startTestCluster({ simulatedNodes: 2 })
})
after(() => cluster?.[Symbol.asyncDispose]())

const WAIT = { timeoutMs: 60_000 }
async function at(base: string) {
  const namespace = await cluster.namespace(base)
  const run = (args: string, input?: string) => cluster.kubectl(['-n', namespace, ...args.split(' ')], input === undefined ? {} : { input })
  const ok = async (args: string, input?: string) => {
    const { code, stdout, stderr } = await run(args, input)
    assert.equal(code, 0, `kubectl ${args}: ${stderr}${stdout}`)
    return stdout
  }
  const list = async (what: string): Promise<readonly Any[]> => JSON.parse(await ok(`get ${what} -o json`)).items
  return { namespace, run, ok, list }
}
interface Pods {
  /** Seconds for which they run, and how they end. */
  readonly run: number
  readonly exit?: number
}
const job = ({ run, exit = 0 }: Pods, spec: object) => {
  const annotations = { 'simulated.knarr/run-seconds': String(run), 'simulated.knarr/exit-code': String(exit) }
  const template = { metadata: { annotations }, spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox' }] } }
  return JSON.stringify({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'work' }, spec: { ...spec, template } })
}

describe('the notes on workloads', { concurrency: 4 }, () => {
  test('parallelism: so many pods run at the same time', async () => {
    const { ok, list } = await at('parallelism')
    await ok('apply -f -', job({ run: 100_000 }, { parallelism: 2, completions: 4 }))
    await eventually(async () => assert.match(await ok('get job work -o jsonpath={.status.ready},{.status.active}'), /^2,2$/), WAIT)
    assert.equal((await list('pods')).length, 2)
  })

  test('completions: so many pods end well, then the job is complete', async () => {
    const { ok, list } = await at('completions')
    await ok('apply -f -', job({ run: 1 }, { parallelism: 2, completions: 4 }))
    assert.match(await ok('wait --for=condition=complete job/work --timeout=60s'), /condition met/)
    assert.deepEqual(
      (await list('pods')).map(({ status }) => status.phase),
      ['Succeeded', 'Succeeded', 'Succeeded', 'Succeeded'],
    )
    assert.match(await ok('get job work --no-headers'), /^work +Complete +4\/4 /)
  })

  test('backoffLimit: so many retries, then the job has failed', async () => {
    const { ok, list } = await at('retries')
    await ok('apply -f -', job({ run: 0, exit: 1 }, { backoffLimit: 1 }))
    assert.match(await ok('wait --for=condition=failed job/work --timeout=60s'), /condition met/)
    assert.equal((await list('pods')).length, 2)
    assert.match(await ok('describe job work'), /BackoffLimitExceeded +\S+ +job-controller +Job has reached the specified backoff limit/)
  })

  test('activeDeadlineSeconds: a job that still runs then is ended', async () => {
    const { ok, list } = await at('deadline')
    await ok('apply -f -', job({ run: 100_000 }, { activeDeadlineSeconds: 1 }))
    assert.match(await ok('wait --for=condition=failed job/work --timeout=60s'), /condition met/)
    assert.match(await ok('describe job work'), /DeadlineExceeded +\S+ +job-controller +Job was active longer than specified deadline/)
    await eventually(async () => assert.equal((await list('pods')).length, 0), WAIT)
  })

  test('a budget forbids to take pods away, and holds up the emptying of a node', async () => {
    const { namespace, run, ok, list } = await at('budget')
    await ok('create deployment web --image=nginx --replicas=2')
    await ok('rollout status deployment/web')
    await ok('create poddisruptionbudget guard --selector=app=web --min-available=2')
    await eventually(async () => assert.match(await ok('get pdb guard --no-headers'), /^guard +2 +N\/A +0 /), WAIT)
    const [pod] = await list('pods')
    const node: string = pod.spec.nodeName
    const drain = `drain ${node} --pod-selector=app=web --timeout`
    const { code, stderr } = await run(`${drain}=3s`)
    assert.equal(code, 1)
    assert.match(
      stderr,
      new RegExp(
        `error when evicting pods/"web-[^"]+" -n "${namespace}" \\(will retry after 5s\\): Cannot evict pod as it would violate the pod's disruption budget`,
      ),
    )
    // With a third one somewhere else there is one to spare at a time.
    await ok('scale deployment/web --replicas=3')
    await ok('rollout status deployment/web')
    assert.match(await ok(`${drain}=60s`), new RegExp(`node/${node} drained`))
    await ok('rollout status deployment/web')
    assert(!(await list('pods')).some(({ spec }) => spec.nodeName === node))
    await ok(`uncordon ${node}`)
  })

  test('the hash of the template is on sets, on their selectors and on their pods', async () => {
    const { ok, list } = await at('hash')
    await ok('create deployment web --image=nginx:1 --replicas=2')
    await ok('rollout status deployment/web')
    await ok('set image deployment/web nginx=nginx:2')
    await ok('rollout status deployment/web')
    const HASH = 'pod-template-hash'
    const sets = await list('replicasets')
    for (const { metadata, spec } of sets) {
      const hash = metadata.labels[HASH]
      assert.equal(metadata.name, `web-${hash}`)
      assert.deepEqual([spec.selector.matchLabels[HASH], spec.template.metadata.labels[HASH]], [hash, hash])
    }
    assert.equal(new Set(sets.map(({ metadata }) => metadata.labels[HASH])).size, 2)
    const newest = sets.find(({ spec }) => spec.replicas === 2)
    for (const { metadata } of await list('pods')) assert.equal(metadata.labels[HASH], newest.metadata.labels[HASH])
    // The deployment's own selector has none, so that it selects both.
    assert.deepEqual((await list('deployments'))[0].spec.selector.matchLabels, { app: 'web' })
  })
})
