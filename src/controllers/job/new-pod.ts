/** A new pod of a job: tracked, and with its index where the job has indexes. */
import type { Job } from '#kinds/batch/job.ts'
import type { Container } from '#kinds/core/container.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { type NewPod, podFrom } from '../pods/from-template.ts'
import { COMPLETION_INDEX, countIn, countsPerIndex, FAILURES, IGNORED_FAILURES, TRACKING } from './facts.ts'
import { meaningOf } from './failure-policy.ts'

const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX'
/** Upstream: names.MaxGeneratedNameLength; the server adds five characters. */
const PREFIX_MAX = 58

export function newPod(job: Job): NewPod {
  const { metadata, spec } = podFrom(job.spec.template, job)
  return { metadata: { ...metadata, finalizers: [...new Set([...(metadata.finalizers ?? []), TRACKING])] }, spec }
}

/** `before`: the pod whose failure made the index free again. */
export function newIndexedPod(job: Job, index: number, before: Pod | undefined): NewPod {
  const { metadata, spec } = newPod(job)
  const { name = '' } = job.metadata
  const end = `-${index}-`
  const { initContainers, containers } = spec
  return {
    metadata: {
      ...metadata,
      generateName: `${name.slice(0, PREFIX_MAX - end.length)}${end}`,
      labels: { ...metadata.labels, [COMPLETION_INDEX]: String(index) },
      annotations: { ...metadata.annotations, [COMPLETION_INDEX]: String(index), ...(countsPerIndex(job) && failureCounts(job, before)) },
    },
    spec: {
      ...spec,
      hostname: `${name}-${index}`,
      containers: containers.map(withIndex),
      ...(initContainers && { initContainers: initContainers.map(withIndex) }),
    },
  }
}
function withIndex(container: Container): Container {
  const { env = [] } = container
  if (env.some(({ name }) => name === INDEX_VARIABLE)) return container
  const valueFrom = { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${COMPLETION_INDEX}']` } }
  return { ...container, env: [...env, { name: INDEX_VARIABLE, valueFrom }] }
}
/** What the index has been through, so that it is known although earlier pods go. */
function failureCounts(job: Job, before: Pod | undefined): Readonly<Record<string, string>> {
  if (!before) return { [FAILURES]: '0' }
  const { counts } = meaningOf(before, job)
  const ignored = countIn(before, IGNORED_FAILURES) + (counts ? 0 : 1)
  return { [FAILURES]: String(countIn(before, FAILURES) + (counts ? 1 : 0)), ...(ignored && { [IGNORED_FAILURES]: String(ignored) }) }
}
