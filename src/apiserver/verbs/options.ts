/** The options of writes, from the query: who writes, whether only to try, and how strictly unknown fields are taken. */
import { quote } from '#base/quote.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import { pathAt } from '#schema/path.ts'
import type { Call } from '../call.ts'
import { isTrue } from '../target.ts'

export interface WriteOptions {
  readonly dryRun: boolean
  /** Who owns the written fields (managedFields). */
  readonly fieldManager: string
  readonly fieldValidation: 'Ignore' | 'Warn' | 'Strict'
  /** Takes over fields of other managers (apply only). */
  readonly force: boolean
}
/** Upstream's FieldManagerMaxLength, in characters. */
const FIELD_MANAGER_MAX = 128
const VALIDATIONS = ['', 'Ignore', 'Strict', 'Warn']

/** `form` is the kind that upstream names in its refusals: `CreateOptions`. Throws Invalid. */
export function writeOptions({ incoming }: Call, form: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions', isApply = false): WriteOptions {
  const { query } = incoming
  const at = pathAt()
  const dryRun = query.getAll('dryRun').filter(value => value !== '')
  if (dryRun.some(value => value !== 'All')) at.key('dryRun').unsupported(dryRun[0], ['All'])
  const manager = query.get('fieldManager') ?? ''
  if ([...manager].length > FIELD_MANAGER_MAX) at.key('fieldManager').tooLong(FIELD_MANAGER_MAX)
  else if (!/^\P{C}*$/u.test(manager)) at.key('fieldManager').invalid(manager, 'should only contain printable characters')
  const validation = query.get('fieldValidation') ?? ''
  if (!VALIDATIONS.includes(validation)) at.key('fieldValidation').unsupported(validation, VALIDATIONS)
  const force = query.get('force')
  if (isApply && !manager) at.key('fieldManager').required('is required for apply patch')
  if (!isApply && form === 'PatchOptions' && force !== null) at.key('force').forbidden('may not be specified for non-apply patch')
  if (at.problems.length) throw refuse.invalid({ group: 'meta.k8s.io', resource: form }, '', at.problems)
  return {
    dryRun: dryRun.length > 0,
    fieldManager: manager || managerOf(incoming.headers['user-agent']),
    fieldValidation: (validation || 'Warn') as WriteOptions['fieldValidation'],
    force: isTrue(force),
  }
}

/** Clients that name no manager are known by the first word of their user agent: `kubectl/v1.36…` is `kubectl`. */
const managerOf = (userAgent: string | readonly string[] | undefined): string => {
  const text = typeof userAgent === 'string' ? userAgent : (userAgent?.[0] ?? '')
  const name = (text.split('/')[0] as string).replaceAll(/\p{C}/gu, '')
  return [...(name || 'unknown')].slice(0, FIELD_MANAGER_MAX).join('')
}

/** A number of the query. Throws BadRequest with Go's words when it is none. */
export function integerOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  const value = Number(text)
  if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(value))
    throw refuse.badRequest(`strconv.ParseInt: parsing ${quote(text)}: invalid syntax`)
  return value
}
