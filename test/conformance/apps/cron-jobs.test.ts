/** Cron jobs as objects. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CronJob } from '#kinds/batch/cron-job.ts'
import { runOperations } from '../support/operations.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()
const [THEN, LATER] = ['2026-01-01T00:00:00Z', '2026-01-01T01:00:00Z']

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
