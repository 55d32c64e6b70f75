/** Cron jobs: as objects, and what comes of them, on a clock on which a minute takes six seconds. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CronJob } from '#kinds/batch/cron-job.ts'
import { Job } from '#kinds/batch/job.ts'
import { RUN_SECONDS } from '#kubelet/simulated/stages.ts'
import { hastened } from '../support/hastened.ts'
import { runOperations } from '../support/operations.ts'
import type { Any, Resource } from '../support/resource.ts'
import { settled, settledOne } from '../support/settled.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage({ clock: hastened(10) })
const [THEN, LATER] = ['2026-01-01T00:00:00Z', '2026-01-01T01:00:00Z']

/** Every minute a job whose pod never ends. */
const cronJob = (name: string, spec: object) => {
  const template = {
    metadata: { annotations: { [RUN_SECONDS]: '1000000' } },
    spec: { restartPolicy: 'OnFailure', containers: [{ name: 'c', image: 'busybox', command: ['sleep', '1000000'] }] },
  }
  return { metadata: { name }, spec: { schedule: '*/1 * * * *', jobTemplate: { spec: { template } }, ...spec } }
}
const WITNESS = 'witness'
async function ground(base: string, spec: object) {
  const namespace = await stage.namespace(base)
  const [cronJobs, jobs] = [stage.resource(CronJob, namespace), stage.resource(Job, namespace)]
  await cronJobs.create(cronJob(base, spec))
  return { cronJobs, jobs }
}
const ownedBy = (name: string) => (job: Any) => job.metadata.ownerReferences[0].name === name
/** Waits until so many jobs of a cron job run at the same time, and gives them. */
const running = (jobs: Resource, name: string, count: number): Promise<readonly Any[]> =>
  settled(jobs, {}, items => {
    const found = items.filter(ownedBy(name)).filter(({ status }) => status.active === 1)
    assert(found.length >= count, `${found.length} jobs run`)
    return found
  })
/** Another cron job that may run any number of jobs at the same time: when it runs two, a minute has gone by. */
async function aMinuteGoesBy({ cronJobs, jobs }: { cronJobs: Resource; jobs: Resource }): Promise<void> {
  await cronJobs.create(cronJob(WITNESS, { concurrencyPolicy: 'Allow' }))
  await running(jobs, WITNESS, 2)
}

describe('cron jobs', { concurrency: 5 }, () => {
  test('[sig-apps] CronJob should support CronJob API operations [Conformance]', async () => {
    const containers = [{ name: 'c', image: 'registry.k8s.io/e2e-test-images/busybox', command: ['true'] }]
    await runOperations(stage, {
      kind: CronJob,
      object: {
        spec: {
          // Once in four years: nothing runs meanwhile.
          schedule: '0 0 29 2 *',
          concurrencyPolicy: 'Replace',
          jobTemplate: { spec: { template: { spec: { restartPolicy: 'OnFailure', containers } } } },
        },
      },
      subresources: {
        status: {
          patch: { metadata: { annotations: { patchedstatus: 'true' } }, status: { lastScheduleTime: THEN } },
          patched: ({ metadata, status }) => {
            assert.equal(metadata.annotations.patchedstatus, 'true')
            assert.equal(status.lastScheduleTime, THEN)
          },
          update: ({ status }) => (status.lastScheduleTime = LATER),
          updated: ({ status }) => assert.equal(status.lastScheduleTime, LATER),
        },
      },
    })
  })

  test('[sig-apps] CronJob should schedule multiple jobs concurrently [Conformance]', async () => {
    const { cronJobs, jobs } = await ground('concurrent', { concurrencyPolicy: 'Allow' })
    const two = await running(jobs, 'concurrent', 2)
    await settledOne(cronJobs, 'concurrent', ({ status }) => {
      const active = (status.active ?? []).map(({ uid }: Any) => uid)
      for (const { metadata } of two) assert(active.includes(metadata.uid))
    })
    await cronJobs.delete('concurrent')
  })

  test('[sig-apps] CronJob should not schedule jobs when suspended [Conformance] [Slow]', async () => {
    const { cronJobs, jobs } = await ground('suspended', { suspend: true })
    await aMinuteGoesBy({ cronJobs, jobs })
    assert.equal((await jobs.list()).items.filter(ownedBy('suspended')).length, 0)
    assert.equal((await cronJobs.get('suspended')).status.active, undefined)
  })

  test('[sig-apps] CronJob should not schedule new jobs when ForbidConcurrent [Conformance] [Slow]', async () => {
    const { cronJobs, jobs } = await ground('forbid', { concurrencyPolicy: 'Forbid' })
    const [only] = await running(jobs, 'forbid', 1)
    await aMinuteGoesBy({ cronJobs, jobs })
    const uids = (await jobs.list()).items.filter(ownedBy('forbid')).map(({ metadata }: Any) => metadata.uid)
    assert.deepEqual(uids, [only.metadata.uid])
    const { status } = await cronJobs.get('forbid')
    assert.deepEqual(
      status.active.map(({ uid }: Any) => uid),
      uids,
    )
  })

  test('[sig-apps] CronJob should replace jobs when ReplaceConcurrent [Conformance]', async () => {
    const { jobs } = await ground('replace', { concurrencyPolicy: 'Replace' })
    const [first] = await running(jobs, 'replace', 1)
    await settled(jobs, {}, items => {
      assert(!items.some(({ metadata }) => metadata.uid === first.metadata.uid), 'the first job is still there')
      assert.equal(items.filter(({ status }) => status.active === 1).length, 1)
    })
  })
})
