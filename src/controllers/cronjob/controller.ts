/** Starts the jobs of each CronJob when its schedule says so. */
import type { Decider } from '#client/plan.ts'
import { CronJob } from '#kinds/batch/cron-job.ts'
import { Job } from '#kinds/batch/job.ts'
import { decide } from './decide.ts'

export const cronJobController: Decider<CronJob> = {
  name: 'cronjob-controller',
  decides: CronJob,
  owns: [{ kind: Job }],
  decide,
}
