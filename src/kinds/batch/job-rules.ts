/** What must hold for a job, on its own or inside a CronJob. Upstream: pkg/apis/batch/validation. */
import { checkSelected } from '#kinds/apps/template-rules.ts'
import { podWarnings } from '#kinds/core/pod/warnings.ts'
import { isDomainPrefixedPath } from '#kinds/meta/names.ts'
import { isEqual } from '#schema/json-value.ts'
import type { Path } from '#schema/vocabulary.ts'
import { checkPodFailurePolicy, checkSuccessPolicy } from './job-policy-rules.ts'
import type { JobSpec } from './job-spec.ts'

/** So that the status of an indexed job, with its lists of indexes, stays small. */
const INDEXED_PARALLELISM_MAX = 100_000
const FAILED_INDEXES_MAX = 100_000
/** Beyond this many completions, limits per index need narrower bounds, for the same reason. */
const MANY_COMPLETIONS = 100_000
const PARALLELISM_MAX_FOR_MANY = 10_000
const FAILED_INDEXES_MAX_FOR_MANY = 10_000
const MANAGED_BY_MAX_BYTES = 63

export function checkJobSpec(spec: JobSpec, at: Path): void {
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined)
    at.key('backoffLimitPerIndex').required('when maxFailedIndexes is specified')
  if (spec.managedBy !== undefined) {
    const wrong = isDomainPrefixedPath(spec.managedBy)
    if (wrong) at.key('managedBy').invalid(spec.managedBy, wrong)
    if (spec.managedBy.length > MANAGED_BY_MAX_BYTES) at.key('managedBy').tooLong(MANAGED_BY_MAX_BYTES)
  }
  if (spec.completionMode === 'Indexed') checkIndexed(spec, at)
  else
    for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const)
      if (spec[name] !== undefined) at.key(name).invalid(spec[name], 'requires indexed completion mode')
  checkPodFailurePolicy(spec, at.key('podFailurePolicy'))
  checkSuccessPolicy(spec, at.key('successPolicy'))
  if (spec.podFailurePolicy && spec.podReplacementPolicy === 'TerminatingOrFailed')
    at.key('podReplacementPolicy').unsupported(spec.podReplacementPolicy, ['Failed'])
  checkRestarts(spec, at.key('template').key('spec').key('restartPolicy'))
}

function checkIndexed(spec: JobSpec, at: Path): void {
  const { completions, parallelism = 0, maxFailedIndexes, backoffLimitPerIndex } = spec
  if (completions === undefined) at.key('completions').required('when completion mode is Indexed')
  if (parallelism > INDEXED_PARALLELISM_MAX)
    at.key('parallelism').invalid(parallelism, `must be less than or equal to ${INDEXED_PARALLELISM_MAX} when completion mode is Indexed`)
  if (completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions)
    at.key('maxFailedIndexes').invalid(maxFailedIndexes, 'must be less than or equal to completions')
  if (maxFailedIndexes !== undefined && maxFailedIndexes > FAILED_INDEXES_MAX)
    at.key('maxFailedIndexes').invalid(maxFailedIndexes, `must be less than or equal to ${FAILED_INDEXES_MAX}`)
  if (completions === undefined || completions <= MANY_COMPLETIONS || backoffLimitPerIndex === undefined) return
  if (maxFailedIndexes === undefined) at.key('maxFailedIndexes').required(`must be specified when completions is above ${MANY_COMPLETIONS}`)
  if (parallelism > PARALLELISM_MAX_FOR_MANY)
    at.key('parallelism').invalid(
      parallelism,
      `must be less than or equal to ${PARALLELISM_MAX_FOR_MANY} when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`,
    )
  if (maxFailedIndexes !== undefined && maxFailedIndexes > FAILED_INDEXES_MAX_FOR_MANY)
    at.key('maxFailedIndexes').invalid(
      maxFailedIndexes,
      `must be less than or equal to ${FAILED_INDEXES_MAX_FOR_MANY} when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`,
    )
}

function checkRestarts({ template, podFailurePolicy }: JobSpec, at: Path): void {
  const policy: string = template.spec.restartPolicy ?? ''
  if (policy === 'Always' || policy === '') at.required('valid values: "OnFailure", "Never"')
  else if (policy !== 'OnFailure' && policy !== 'Never') at.unsupported(policy, ['OnFailure', 'Never'])
  if (podFailurePolicy && policy !== 'Never') at.invalid(policy, 'only "Never" is supported when podFailurePolicy is specified')
}

/** Advice about a job that is accepted all the same; `at` is the path of its spec. Upstream: pkg/api/job/warnings.go. */
export function jobWarnings({ completionMode, completions = 0, parallelism = 0, template }: JobSpec, at: string): readonly string[] {
  const isTooMuch = completionMode === 'Indexed' && completions > MANY_COMPLETIONS && parallelism > PARALLELISM_MAX_FOR_MANY
  return [
    ...(isTooMuch
      ? [
          `${at}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`,
        ]
      : []),
    ...podWarnings(template, `${at}.template.`),
  ]
}

/** A job has a selector, and it matches the template. */
export function checkSelector({ selector, template }: JobSpec, at: Path): void {
  if (!selector) at.key('selector').required()
  checkSelected(selector, template, at)
}

interface StoredJob {
  readonly spec: JobSpec
  readonly status: {
    readonly startTime?: string
    readonly active?: number
    readonly conditions?: readonly { readonly type: string; readonly status: string }[]
  }
}
/** What may change later: the number of indexes with the parallelism, and where pods go and what they ask for as long as none is there (KEP-2926, KEP-5440). */
export function checkSpecUpdate(spec: JobSpec, before: StoredJob, at: Path): void {
  const isElastic = spec.completionMode === 'Indexed' && spec.completions !== undefined
  if (spec.completions !== before.spec.completions) {
    if (!isElastic) at.key('completions').invalid(spec.completions ?? null, 'field is immutable')
    else if (spec.completions !== spec.parallelism)
      at.key('completions').invalid(spec.completions, 'can only be modified in tandem with spec.parallelism')
  }
  if (isEqual(spec.template, before.spec.template)) return
  if (!isWaiting(before)) at.key('template').invalid(spec.template, 'field is immutable')
  else if (!isEqual(withPlacement(spec.template, before.spec.template), before.spec.template))
    at.key('template').key('spec').invalid(spec.template.spec, 'field is immutable')
}
/** Suspended, and its pods are not started yet or all gone again. */
const isWaiting = ({ spec, status: { startTime, active = 0, conditions = [] } }: StoredJob): boolean =>
  spec.suspend === true &&
  active === 0 &&
  (startTime === undefined || conditions.some(({ type, status }) => type === 'Suspended' && status === 'True'))

type Template = JobSpec['template']
/** The template, with that which may change as long as there are no pods taken from another one. */
function withPlacement(template: Template, from: Template): unknown {
  const { nodeSelector, tolerations, schedulingGates, affinity } = from.spec
  const { labels, annotations } = from.metadata
  const containers = (mine: Template['spec']['containers'] = [], theirs: Template['spec']['containers'] = []) =>
    mine.map((container, i) => ({ ...container, resources: theirs[i]?.resources }))
  return defined({
    ...template,
    metadata: defined({ ...template.metadata, labels, annotations }),
    spec: defined({
      ...template.spec,
      nodeSelector,
      tolerations,
      schedulingGates,
      affinity:
        template.spec.affinity || affinity ? defined({ ...template.spec.affinity, nodeAffinity: affinity?.nodeAffinity }) : undefined,
      containers: containers(template.spec.containers, from.spec.containers).map(defined),
      initContainers: template.spec.initContainers && containers(template.spec.initContainers, from.spec.initContainers).map(defined),
    }),
  })
}
const defined = (object: object): object => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
