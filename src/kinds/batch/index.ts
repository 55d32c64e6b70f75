/** The kinds of batch/v1. */
import { CronJob } from './cron-job.ts'
import { Job } from './job.ts'

export const kinds = [CronJob, Job] as const
