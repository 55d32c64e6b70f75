/** What the note on jobs says of each field of a CronJob, with kubectl, on simulated nodes and a clock on which a minute takes six seconds. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Any } from '#test/conformance/support/resource.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { hastened } from '#test/conformance/support/hastened.ts'
import { startTestCluster, type TestCluster } from '#test/support/cluster.ts'

let cluster: TestCluster
before(async () => {
  cluster = await startTestCluster({ simulatedNodes: 1, clock: hastened(10) })
})
after(() => cluster?.[Symbol.asyncDispose]())

/** Two minutes of the cluster pass within it, also on a busy machine. */
const WAIT = { timeoutMs: 60_000 }
const told = async (args: string, input?: string) => {
  const { code, stdout, stderr } = await cluster.kubectl(args.split(' '), input === undefined ? {} : { input })
  assert.equal(code, 0, stderr)
  return `${stderr}${stdout}`
}
/** Every minute; its pods run for so many seconds. */
const cronJob = (name: string, { run, ...spec }: { readonly run: number } & Readonly<Record<string, unknown>>) => {
  const template = {
    metadata: { annotations: { 'simulated.knarr/run-seconds': String(run) } },
    spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox', args: ['date'] }] },
  }
  return JSON.stringify({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name },
    spec: { schedule: '* * * * *', jobTemplate: { spec: { template } }, ...spec },
  })
}
const jobsIn = async (namespace: string): Promise<readonly Any[]> => JSON.parse(await told(`get jobs -n ${namespace} -o json`)).items
const names = (jobs: readonly Any[]) => jobs.map(({ metadata }) => metadata.name)
const isRunning = ({ status }: Any) => status.active === 1

/** Waits for jobs in a namespace of which `check` throws no more, and gives what it gives. */
const whenJobs = <T>(namespace: string, check: (jobs: readonly Any[]) => T) => eventually(async () => check(await jobsIn(namespace)), WAIT)
async function apply(policy: string, spec: { readonly run: number } & Readonly<Record<string, unknown>>): Promise<string> {
  const namespace = await cluster.namespace(policy.toLowerCase())
  assert.match(await told(`apply -n ${namespace} -f -`, cronJob('tick', spec)), /cronjob.batch\/tick created\n$/)
  return namespace
}

describe('cron jobs', { concurrency: 5 }, () => {
  test('concurrencyPolicy Allow: runs stand side by side', async () => {
    const namespace = await apply('Allow', { run: 100_000, concurrencyPolicy: 'Allow' })
    await whenJobs(namespace, jobs => assert(jobs.filter(isRunning).length >= 2))
    assert.match(await told(`get cronjob -n ${namespace} tick --no-headers`), /^tick +\* \* \* \* \* +<none> +False +[2-9] /)
  })

  test('concurrencyPolicy Forbid: the next run waits for the one before it', async () => {
    const namespace = await apply('Forbid', { run: 90, concurrencyPolicy: 'Forbid' })
    const first = await whenJobs(namespace, ([one]) => one?.metadata.name ?? assert.fail('no run yet'))
    await whenJobs(namespace, jobs => {
      assert(jobs.filter(isRunning).length <= 1)
      const [before, next] = [jobs.find(({ metadata }) => metadata.name === first), jobs.find(({ metadata }) => metadata.name !== first)]
      assert(next, 'no second run yet')
      // The run began when the first one had ended, not at its own minute.
      assert(Date.parse(next.metadata.creationTimestamp) >= Date.parse(before.status.completionTime))
    })
    assert.match(await told(`events -n ${namespace} --for cronjob/tick`), /JobAlreadyActive/)
  })

  test('concurrencyPolicy Replace: the next run takes the place of the one before it', async () => {
    const namespace = await apply('Replace', { run: 100_000, concurrencyPolicy: 'Replace' })
    const first = await whenJobs(namespace, ([one]) => one?.metadata.name ?? assert.fail('no run yet'))
    await whenJobs(namespace, jobs => assert.deepEqual([jobs.length, names(jobs).includes(first)], [1, false]))
  })

  test('startingDeadlineSeconds: below ten there is a warning, and the runs start all the same', async () => {
    const namespace = await cluster.namespace('deadline')
    const answer = await told(`apply -n ${namespace} -f -`, cronJob('tick', { run: 1, startingDeadlineSeconds: 5 }))
    assert.match(answer, /^Warning: spec.startingDeadlineSeconds: [^\n]+10[^\n]+\ncronjob.batch\/tick created\n$/)
    await whenJobs(namespace, jobs => assert(jobs.some(({ status }) => status.succeeded === 1)))
  })

  test('startingDeadlineSeconds: a run that is held up for longer is left out', async () => {
    // The first one ends half a minute after the second one was due.
    const namespace = await apply('late', { run: 90, concurrencyPolicy: 'Forbid', startingDeadlineSeconds: 10 })
    const two = await whenJobs(namespace, jobs => {
      assert.equal(jobs.length, 2)
      return names(jobs)
    })
    // Named after the minute for which they were scheduled.
    const [first = 0, second = 0] = two.map(name => Number(name.split('-')[1]))
    assert(Math.abs(second - first) >= 2, two.join(', '))
  })
})
