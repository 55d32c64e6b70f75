/** What a deletion asks for, from the query or the body: for how long to wait, what becomes of dependents, and on which condition. */
import { isObject } from '#schema/json-value.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import { DecodeError, decode } from '#schema/decode.ts'
import { DeleteOptions } from '#kinds/meta/options.ts'
import { pathAt } from '#schema/path.ts'
import type { Call } from '../call.ts'
import { readBody } from '../negotiate/content-type.ts'
import { isTrue } from '../target.ts'
import { integerOf } from './options.ts'

export interface Deletion {
  readonly dryRun: boolean
  readonly gracePeriodSeconds?: number | undefined
  readonly propagation?: 'Orphan' | 'Background' | 'Foreground' | undefined
  /** Upstream answers 202 instead of 200 where this old option asks for dependents to be deleted and the object still stands. */
  readonly isOldCascade: boolean
  readonly preconditions: { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined }
}
const POLICIES = ['Background', 'Foreground', 'Orphan'] as const

/** Throws BadRequest or Invalid with upstream's words. */
export async function deletionOf(call: Call): Promise<Deletion> {
  const { query } = call.incoming
  const body = await bodyOf(call)
  // A body speaks for itself; the query only where there is none.
  return checkedDeletion(
    body ?? {
      gracePeriodSeconds: integerOf(query, 'gracePeriodSeconds'),
      propagationPolicy: query.get('propagationPolicy') ?? undefined,
      orphanDependents: query.has('orphanDependents') ? isTrue(query.get('orphanDependents')) : undefined,
      dryRun: query.getAll('dryRun').filter(value => value !== ''),
    },
  )
}

/** Throws Invalid. */
export function checkedDeletion(options: Partial<DeleteOptions> = {}): Deletion {
  const { gracePeriodSeconds, propagationPolicy, orphanDependents, dryRun = [], preconditions = {} } = options
  const at = pathAt()
  const policy = POLICIES.find(known => known === propagationPolicy)
  if (propagationPolicy !== undefined && orphanDependents !== undefined)
    at.key('propagationPolicy').invalid(propagationPolicy, 'orphanDependents and deletionPropagation cannot be both set')
  if (propagationPolicy && !policy) at.key('propagationPolicy').unsupported(propagationPolicy, [...POLICIES.toSorted(), 'nil'])
  if (dryRun.some(value => value !== 'All')) at.key('dryRun').unsupported(dryRun[0], ['All'])
  if (at.problems.length) throw refuse.invalid({ group: 'meta.k8s.io', resource: 'DeleteOptions' }, '', at.problems)
  return {
    dryRun: dryRun.length > 0,
    gracePeriodSeconds,
    propagation: policy ?? (orphanDependents === undefined ? undefined : orphanDependents ? 'Orphan' : 'Background'),
    isOldCascade: orphanDependents === false,
    preconditions,
  }
}

async function bodyOf(call: Call): Promise<DeleteOptions | undefined> {
  const { value } = await readBody(call.incoming, DeleteOptions as never, { isOptional: true })
  if (value === undefined) return undefined
  if (!isObject(value)) throw refuse.badRequest('expect a DeleteOptions object')
  const { kind } = value
  if (kind !== undefined && kind !== '' && kind !== 'DeleteOptions')
    throw refuse.badRequest('decoded object cannot be converted to DeleteOptions')
  try {
    return decode(DeleteOptions, value).value
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw refuse.badRequest(`DeleteOptions in version "v1" cannot be handled as a DeleteOptions: ${error.message}`)
  }
}
