/** Jobs on real containers: what runs to its end, and what becomes of a job when it does not. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Job } from '#kinds/batch/job.ts'
import { Pod } from '#kinds/core/pod.ts'
import { shell, useNodeStage } from '../support/node-stage.ts'
import { controllerOf, labelled, readyPods } from '../support/running-pods.ts'
import { type Any, assertNewer, type Resource } from '../support/resource.ts'
import { settled, settledOne } from '../support/settled.ts'

const stage = useNodeStage()

/** Ends with an error when it is told to stop. */
const UNENDING = "trap 'exit 143' TERM; sleep 100000 & wait"
const FAIL_ODD = 'exit $((JOB_COMPLETION_INDEX % 2))'
const TWO_OF_FOUR = { parallelism: 2, completions: 4 }
const INDEXED = { completionMode: 'Indexed' }
const MARKS = [{ name: 'data', mountPath: '/data' }]

interface JobTraits {
  readonly run: string
  readonly spec: object
  /** Of the pods. */
  readonly pod?: object
  readonly labels?: object
}
const job = (name: string, { run, spec, pod, labels }: JobTraits) => ({
  metadata: { name, labels },
  spec: {
    ...spec,
    template: {
      metadata: { labels: { job: name } },
      spec: {
        restartPolicy: 'Never',
        terminationGracePeriodSeconds: 5,
        containers: [{ ...shell('c', run), volumeMounts: MARKS }],
        volumes: [{ name: 'data', emptyDir: {} }],
        ...pod,
      },
    },
  },
})
async function ground(base: string) {
  const namespace = await stage.namespace(base)
  return { jobs: stage.resource(Job, namespace), pods: stage.resource(Pod, namespace) }
}
const ofJob = (name: string) => labelled({ 'batch.kubernetes.io/job-name': name })

/** Waits until a condition is true, and gives the job. */
const until = (jobs: Resource, name: string, { type, reason }: { type: string; reason: string }): Promise<Any> =>
  settledOne(jobs, name, object => {
    const found = (object.status.conditions ?? []).find((one: Any) => one.type === type && one.status === 'True')
    assert.equal(found?.reason, reason, JSON.stringify(object.status))
    return object
  })
const completed = (jobs: Resource, name: string, reason = 'CompletionsReached') => until(jobs, name, { type: 'Complete', reason })
const failed = (jobs: Resource, name: string, reason: string) => until(jobs, name, { type: 'Failed', reason })
/** Nothing of an ended job is still under way. */
const assertOver = ({ status }: Any) => assert.deepEqual([status.active ?? 0, status.ready, status.terminating], [0, 0, 0])

/** A job with a success policy: which indexes have succeeded when it is met. */
async function succeed(base: string, { rule, completions, run }: { rule: object; completions: number; run: string }): Promise<Any> {
  const { jobs } = await ground(base)
  const spec = { parallelism: 2, completions, ...INDEXED, successPolicy: { rules: [rule] } }
  await jobs.create(job(base, { run, spec }))
  await until(jobs, base, { type: 'SuccessCriteriaMet', reason: 'SuccessPolicy' })
  const done = await completed(jobs, base, 'SuccessPolicy')
  assertOver(done)
  return done
}

describe('jobs', { concurrency: 6 }, () => {
  test('[sig-apps] Job should create pods for an Indexed job with completion indexes and specified hostname [Conformance]', async () => {
    const { jobs, pods } = await ground('indexed')
    await jobs.create(job('indexed-job', { run: '[ "$JOB_COMPLETION_INDEX" = "${HOSTNAME##*-}" ]', spec: { ...TWO_OF_FOUR, ...INDEXED } }))
    const { status } = await completed(jobs, 'indexed-job')
    assert.deepEqual([status.succeeded, status.completedIndexes, status.failed ?? 0], [4, '0-3', 0])
    const { items } = await pods.list(ofJob('indexed-job'))
    const told = items.map(({ metadata, spec, status }: Any) => [
      metadata.annotations['batch.kubernetes.io/job-completion-index'],
      metadata.labels['batch.kubernetes.io/job-completion-index'],
      spec.hostname,
      status.phase,
    ])
    assert.deepEqual(
      told.toSorted(),
      ['0', '1', '2', '3'].map(index => [index, index, `indexed-job-${index}`, 'Succeeded']),
    )
  })

  test('[sig-apps] Job should run a job to completion when tasks sometimes fail and are locally restarted [Conformance]', async () => {
    const { jobs } = await ground('fail-once')
    const run = 'if [ -r /data/foo ]; then exit 0; else touch /data/foo; exit 1; fi'
    await jobs.create(job('fail-once-local', { run, spec: TWO_OF_FOUR, pod: { restartPolicy: 'OnFailure' } }))
    const { status } = await completed(jobs, 'fail-once-local')
    assert.deepEqual([status.succeeded, status.failed ?? 0], [4, 0])
  })

  test('[sig-apps] Job should delete a job [Conformance]', async () => {
    const { jobs, pods } = await ground('delete')
    await jobs.create(job('foo', { run: UNENDING, spec: TWO_OF_FOUR }))
    await readyPods(pods, ofJob('foo'), 2)
    await jobs.delete('foo', { propagationPolicy: 'Foreground' })
    await settled(jobs, {}, items => assert.equal(items.length, 0))
    await settled(pods, ofJob('foo'), items => assert.equal(items.length, 0))
    await jobs.gone('foo')
  })

  test('[sig-apps] Job should adopt matching orphans and release non-matching pods [Conformance]', async () => {
    const { jobs, pods } = await ground('adopt')
    const made = await jobs.create(job('adopt-release', { run: UNENDING, spec: TWO_OF_FOUR }))
    const [pod] = await readyPods(pods, ofJob('adopt-release'), 2)
    await pods.change(pod.metadata.name, draft => delete draft.metadata.ownerReferences)
    await settledOne(pods, pod.metadata.name, one => {
      const { kind, name, uid } = controllerOf(one) ?? {}
      assert.deepEqual([kind, name, uid], ['Job', 'adopt-release', made.metadata.uid])
    })
    await pods.change(pod.metadata.name, draft => delete draft.metadata.labels)
    await settledOne(pods, pod.metadata.name, one => assert.equal(controllerOf(one), undefined))
    await readyPods(pods, ofJob('adopt-release'), 2)
  })

  test('[sig-apps] Job should apply changes to a job status [Conformance]', async () => {
    const { jobs, pods } = await ground('status')
    const made = await jobs.create(job('status', { run: UNENDING, spec: TWO_OF_FOUR }))
    await readyPods(pods, ofJob('status'), 2)
    const [first, second] = ['2026-01-01T00:00:00Z', '2026-01-01T01:00:00Z']
    const custom = ({ status }: Any) => status.conditions.find((one: Any) => one.type === 'CustomConditionType')
    const conditions = [{ type: 'CustomConditionType', status: 'True', lastTransitionTime: first }]
    const body = { metadata: { annotations: { patchedstatus: 'true' } }, status: { conditions } }
    const patched = await jobs.patch('status', body, { subresource: 'status' })
    assert.deepEqual([patched.metadata.annotations['patchedstatus'], custom(patched).lastTransitionTime], ['true', first])
    const updated = await jobs.change('status', draft => (custom(draft).lastTransitionTime = second), 'status')
    assert.equal(custom(updated).lastTransitionTime, second)
    assert.equal((await jobs.get('status', 'status')).metadata.uid, made.metadata.uid)
  })

  test('[sig-apps] Job should manage the lifecycle of a job [Conformance]', async () => {
    const { jobs, pods } = await ground('lifecycle')
    const labels = { 'e2e-job-label': 'lifecycle' }
    await using watching = await jobs.watch(labelled(labels))
    const made = await jobs.create(job('lifecycle', { run: 'true', spec: { ...TWO_OF_FOUR, suspend: true }, labels }))
    const patched = await jobs.patch('lifecycle', { metadata: { labels: { lifecycle: 'patched' } } }, { type: 'strategic' })
    assertNewer(patched, made)
    await watching.until(({ type, object }) => type === 'MODIFIED' && object.metadata.labels['lifecycle'] === 'patched')
    await settledOne(jobs, 'lifecycle', ({ status }) => assert.equal(status.conditions?.[0]?.type, 'Suspended'))
    assert.equal((await pods.list()).items.length, 0)
    await jobs.change('lifecycle', draft => {
      draft.spec.suspend = false
      draft.metadata.annotations = { updated: 'true' }
    })
    await watching.until(({ object }) => object.metadata.annotations?.['updated'] === 'true')
    assert.equal((await jobs.everywhere.list(labelled(labels))).items.length, 1)
    await completed(jobs, 'lifecycle')
    await jobs.deleteCollection({ ...labelled(labels), propagationPolicy: 'Background' })
    await watching.until(({ type }) => type === 'DELETED')
    await jobs.counted(0, labelled(labels))
  })

  test('[sig-apps] Job should allow to use the pod failure policy on exit code to fail the job early [Conformance]', async () => {
    const { jobs } = await ground('exit-code')
    const onExitCodes = { operator: 'In', values: [1] }
    const podFailurePolicy = { rules: [{ action: 'FailJob', onExitCodes }] }
    await jobs.create(job('early', { run: 'exit 1', spec: { parallelism: 1, completions: 1, backoffLimit: 1, podFailurePolicy } }))
    const { status } = await failed(jobs, 'early', 'PodFailurePolicy')
    assert.equal(status.failed, 1)
  })

  test('[sig-apps] Job should allow to use a pod failure policy to ignore failure matching on DisruptionTarget condition [Conformance]', async () => {
    const { jobs, pods } = await ground('disrupted')
    const run = `if [ -r /data/foo-$JOB_COMPLETION_INDEX ]; then exit 0; fi; touch /data/foo-$JOB_COMPLETION_INDEX; ${UNENDING}`
    const onPodConditions = [{ type: 'DisruptionTarget', status: 'True' }]
    const podFailurePolicy = { rules: [{ action: 'Ignore', onPodConditions }] }
    const path = join(stage.cluster.folder.root, 'marks')
    const volumes = [{ name: 'data', hostPath: { path, type: 'DirectoryOrCreate' } }]
    const spec = { parallelism: 3, completions: 3, backoffLimit: 2, ...INDEXED, podFailurePolicy }
    await jobs.create(job('evicted', { run, spec, pod: { volumes } }))
    await settledOne(jobs, 'evicted', ({ status }) => assert.equal(status.ready, 3))
    const running = await readyPods(pods, ofJob('evicted'), 3)
    await Promise.all(running.map(({ metadata }) => pods.evict(metadata.name)))
    const gone = new Set(running.map(({ metadata }) => metadata.uid))
    await settled(pods, ofJob('evicted'), items => assert(!items.some(({ metadata }) => gone.has(metadata.uid))))
    const { status } = await completed(jobs, 'evicted')
    assert.deepEqual([status.succeeded, status.failed ?? 0], [3, 0])
  })

  test('[sig-apps] Job should execute all indexes despite some failing when using backoffLimitPerIndex [Conformance]', async () => {
    const { jobs } = await ground('per-index')
    await jobs.create(job('per-index', { run: FAIL_ODD, spec: { ...TWO_OF_FOUR, ...INDEXED, backoffLimitPerIndex: 1 } }))
    const { status } = await failed(jobs, 'per-index', 'FailedIndexes')
    assert.deepEqual([status.failedIndexes, status.completedIndexes, status.failed, status.succeeded], ['1,3', '0,2', 4, 2])
  })

  test('[sig-apps] Job should terminate job execution when the number of failed indexes exceeds maxFailedIndexes [Conformance]', async () => {
    const { jobs } = await ground('max-failed')
    const spec = { parallelism: 1, completions: 4, ...INDEXED, backoffLimitPerIndex: 0, maxFailedIndexes: 0 }
    await jobs.create(job('max-failed', { run: 'exit 1', spec }))
    const { status } = await failed(jobs, 'max-failed', 'MaxFailedIndexesExceeded')
    assert.deepEqual([status.failedIndexes, status.failed], ['0', 1])
  })

  test('[sig-apps] Job should mark indexes as failed when the FailIndex action is matched in podFailurePolicy [Conformance]', async () => {
    const { jobs } = await ground('fail-index')
    const podFailurePolicy = { rules: [{ action: 'FailIndex', onExitCodes: { operator: 'In', values: [1] } }] }
    const spec = { parallelism: 2, completions: 2, ...INDEXED, backoffLimitPerIndex: 1, podFailurePolicy }
    await jobs.create(job('fail-index', { run: FAIL_ODD, spec }))
    const { status } = await failed(jobs, 'fail-index', 'FailedIndexes')
    assert.deepEqual([status.failedIndexes, status.completedIndexes, status.failed, status.succeeded], ['1', '0', 1, 1])
  })

  test('[sig-apps] Job with successPolicy should succeeded when all indexes succeeded [Conformance]', async () => {
    const { status } = await succeed('all-succeeded', { rule: { succeededCount: 2 }, completions: 2, run: 'true' })
    assert.deepEqual([status.succeeded, status.failed ?? 0], [2, 0])
  })

  test('[sig-apps] Job with successPolicy succeededCount rule should succeeded even when some indexes remain pending [Conformance]', async () => {
    const { status } = await succeed('succeeded-count', { rule: { succeededCount: 1 }, completions: 5, run: FAIL_ODD })
    assert.equal(status.completedIndexes, '0')
  })

  test('[sig-apps] Job with successPolicy succeededIndexes rule should succeeded even when some indexes remain pending [Conformance]', async () => {
    const { status } = await succeed('succeeded-indexes', { rule: { succeededIndexes: '0' }, completions: 5, run: FAIL_ODD })
    assert.equal(status.completedIndexes, '0')
  })
})
