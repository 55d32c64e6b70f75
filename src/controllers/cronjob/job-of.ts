/** The job of one run of a cron job. Its name is the run's minute, so that no run starts twice. */
import { timestamp } from '#base/clock.ts'
import type { CronJob } from '#kinds/batch/cron-job.ts'
import type { Job } from '#kinds/batch/job.ts'

const SCHEDULED = 'batch.kubernetes.io/cronjob-scheduled-timestamp'

export const jobNameOf = ({ metadata }: CronJob, at: number): string => `${metadata.name}-${Math.floor(at / 60_000)}`

export function jobOf(cronJob: CronJob, at: number) {
  const { metadata, spec } = cronJob.spec.jobTemplate
  const annotations = { ...metadata.annotations, [SCHEDULED]: zonedTimestamp(at, cronJob.spec.timeZone) }
  const name = jobNameOf(cronJob, at)
  return {
    metadata: { name, namespace: cronJob.metadata.namespace as string, labels: metadata.labels ?? {}, annotations },
    spec,
  }
}

/** Which run the job is of, in milliseconds since the epoch; undefined when somebody else has made it. */
export function runOf({ metadata }: Job, cronJob: CronJob): number | undefined {
  const at = Date.parse(metadata.annotations?.[SCHEDULED] ?? '')
  return Number.isNaN(at) || metadata.name !== jobNameOf(cronJob, at) ? undefined : at
}

/** RFC 3339 with the zone's offset at that time. */
function zonedTimestamp(at: number, timeZone: string | undefined): string {
  if (!timeZone) return timestamp(at)
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  const offset = /GMT([+-]\d\d:\d\d)?/.exec(format.format(at))?.[1]
  if (!offset) return timestamp(at)
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number)
  const shiftMs = (hours * 60 + minutes) * 60_000 * (offset.startsWith('-') ? -1 : 1)
  return timestamp(at + shiftMs).replace('Z', offset)
}
