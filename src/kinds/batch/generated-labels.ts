/** The labels with which a job knows its pods, made by the server when the job is created. Upstream: pkg/registry/batch/job. */
import type { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { selects } from '#kinds/meta/selecting.ts'
import type { Draft, Path } from '#schema/vocabulary.ts'
import type { JobSpec } from './job-spec.ts'

export const CONTROLLER_UID_LABEL = 'batch.kubernetes.io/controller-uid'
export const JOB_NAME_LABEL = 'batch.kubernetes.io/job-name'
/** The same labels as they were before they had a prefix. */
const OLD_CONTROLLER_UID_LABEL = 'controller-uid'
const OLD_JOB_NAME_LABEL = 'job-name'

interface SomeJob {
  readonly metadata: ObjectMeta
  readonly spec: JobSpec
}
/** What the labels must say for this job, in upstream's order. */
const expected = ({ metadata }: SomeJob): Readonly<Record<string, string>> => ({
  [OLD_CONTROLLER_UID_LABEL]: metadata.uid ?? '',
  [OLD_JOB_NAME_LABEL]: metadata.name ?? '',
  [CONTROLLER_UID_LABEL]: metadata.uid ?? '',
  [JOB_NAME_LABEL]: metadata.name ?? '',
})

/** Labels that somebody gave are left alone; validation refuses them when they are wrong. */
export function addGeneratedLabels(job: Draft<SomeJob>): void {
  const { template } = job.spec
  template.metadata.labels = { ...expected(job), ...template.metadata.labels }
  job.spec.selector ??= {}
  job.spec.selector.matchLabels = { [CONTROLLER_UID_LABEL]: job.metadata.uid ?? '', ...job.spec.selector.matchLabels }
}

/** The labels, and a selector that matches them, are there unless the selector was chosen by hand. */
export function checkGeneratedLabels(job: SomeJob, at: Path): void {
  const { selector, manualSelector, template } = job.spec
  if (manualSelector || !selector) return
  if (!job.metadata.uid) at.key('metadata').key('uid').required()
  const wanted = expected(job)
  const labels = template.metadata.labels ?? {}
  for (const [name, value] of Object.entries(wanted)) {
    const here = at.key('spec').key('template').key('metadata').key('labels').entry(name)
    if (labels[name] === undefined) here.required(`must be '${value}'`)
    if ((labels[name] ?? '') !== value) here.invalid(labels, `must be '${value}'`)
  }
  if (!selects(selector, wanted)) at.key('spec').key('selector').invalid(selector, '`selector` not auto-generated')
}
