/** Runs one admission plugin on one request and tells what came of it. */
import type { Admission, AdmissionPlugin, Settlement } from '#apiserver/admit/admission.ts'
import { Refusal } from '#kinds/meta/refusal.ts'
import { fixedObjects } from './fixed-objects.ts'

export interface Asked extends Partial<Omit<Admission, 'target'>> {
  /** `pods`, `pods/status`, `deployments.apps` */
  readonly on: string
  readonly namespace?: string
  readonly name?: string
}
export interface Outcome {
  /** The refusal's message, '' when the request passes. */
  readonly message: string
  readonly refusal?: Refusal
  // `any`: tests know what they sent
  readonly draft: any
  readonly warnings: readonly string[]
  /** What wants to be told how the write ends. */
  readonly settle?: Settlement | undefined
}
export const asker = { name: 'jane', groups: ['system:authenticated'], extra: {} }

export async function admit(plugin: AdmissionPlugin, { on, namespace = '', name, ...more }: Asked): Promise<Outcome> {
  const [qualified = '', subresource = ''] = on.split('/')
  const [resource = '', ...group] = qualified.split('.')
  const warnings: string[] = []
  const admission: Admission = {
    operation: 'CREATE',
    user: asker,
    draft: undefined,
    before: undefined,
    dryRun: false,
    objects: fixedObjects(),
    now: Date.parse('2030-01-01T00:00:00Z'),
    kind: undefined as never,
    warn: message => void warnings.push(message),
    ...more,
    target: {
      verb: '',
      isResource: true,
      path: '',
      group: group.join('.'),
      version: 'v1',
      resource,
      subresource,
      namespace,
      name: name ?? more.draft?.metadata?.name ?? more.before?.metadata?.name ?? '',
      rest: [],
    },
  }
  if (plugin.concerns?.(admission) === false) return { message: '', draft: admission.draft, warnings }
  try {
    if (admission.operation !== 'DELETE') await plugin.mutate?.(admission)
    const settle = (await plugin.validate?.(admission)) ?? undefined
    return { message: '', draft: admission.draft, warnings, settle }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { message: error.message, refusal: error, draft: admission.draft, warnings }
  }
}
