/** Rules for replication controllers. Upstream: ValidateReplicationControllerSpec. */
import { selects } from '#kinds/meta/selecting.ts'
import type { Path } from '#schema/vocabulary.ts'

type Labels = Readonly<Record<string, string>>
interface ControllerView {
  readonly replicas: number
  readonly minReadySeconds?: number
  readonly selector?: Labels
  readonly template?: {
    readonly metadata: { readonly labels?: Labels }
    readonly spec: { readonly restartPolicy: string; readonly activeDeadlineSeconds?: number }
  }
}
const NEGATIVE = 'must be greater than or equal to 0'

export function checkController(spec: ControllerView, at: Path): void {
  if ((spec.minReadySeconds ?? 0) < 0) at.key('minReadySeconds').invalid(spec.minReadySeconds, NEGATIVE)
  if (Object.keys(spec.selector ?? {}).length === 0) at.key('selector').required()
  if (spec.replicas < 0) at.key('replicas').invalid(spec.replicas, NEGATIVE)
  const { template } = spec
  if (!template) return at.key('template').required()
  const labels = template.metadata.labels ?? {}
  if (!selects({ matchLabels: spec.selector }, labels))
    at.key('template').key('metadata').key('labels').invalid(labels, '`selector` does not match template `labels`')
  if (template.spec.restartPolicy !== 'Always')
    at.key('template').key('spec').key('restartPolicy').unsupported(template.spec.restartPolicy, ['Always'])
  if (template.spec.activeDeadlineSeconds !== undefined)
    at.key('template').key('spec').key('activeDeadlineSeconds').forbidden('activeDeadlineSeconds in ReplicationController is not Supported')
}
