/** What a list or watch asks for, checked as upstream checks ListOptions. */
import { refuse } from '#kinds/meta/refusal.ts'
import { pathAt } from '#schema/path.ts'
import type { Call } from '../call.ts'
import { isTrue } from '../target.ts'
import { integerOf } from './options.ts'
import { revisionOf } from './resource-version.ts'

export interface ReadOptions {
  /** Undefined when unset, which differs from 0. */
  readonly revision: number | undefined
  readonly match: 'Exact' | 'NotOlderThan' | undefined
  /** 0: no limit. */
  readonly limit: number
  readonly continue: string
  readonly timeoutSeconds: number | undefined
  readonly allowsBookmarks: boolean
  readonly sendInitialEvents: boolean | undefined
}
const MATCHES = ['Exact', 'NotOlderThan'] as const

/** Throws BadRequest or Invalid. */
export function readOptions({ incoming, target }: Call): ReadOptions {
  const { query } = incoming
  const isWatch = target.verb === 'watch'
  const resourceVersion = query.get('resourceVersion') ?? ''
  const match = query.get('resourceVersionMatch') ?? ''
  const token = query.get('continue') ?? ''
  const initial = query.get('sendInitialEvents')
  const at = pathAt()
  const known = MATCHES.find(one => one === match)
  if (match && isWatch && initial === null)
    at.key('resourceVersionMatch').forbidden('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided')
  else if (match && !isWatch) {
    if (!resourceVersion) at.key('resourceVersionMatch').forbidden('resourceVersionMatch is forbidden unless resourceVersion is provided')
    if (token) at.key('resourceVersionMatch').forbidden('resourceVersionMatch is forbidden when continue is provided')
    if (!known) at.key('resourceVersionMatch').unsupported(match, MATCHES)
    else if (known === 'Exact' && resourceVersion === '0')
      at.key('resourceVersionMatch').forbidden('resourceVersionMatch "exact" is forbidden for resourceVersion "0"')
  }
  if (initial !== null && !isWatch) at.key('sendInitialEvents').forbidden('sendInitialEvents is forbidden for list')
  else if (initial !== null && match !== 'NotOlderThan')
    at.key('resourceVersionMatch').forbidden('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')
  if (at.problems.length) throw refuse.invalid({ group: 'meta.k8s.io', resource: 'ListOptions' }, '', at.problems)
  const limit = integerOf(query, 'limit') ?? 0
  if (token && resourceVersion && resourceVersion !== '0')
    throw refuse.badRequest('specifying resource version is not allowed when using continue')
  return {
    revision: revisionOf(resourceVersion),
    match: known,
    limit: Math.max(0, limit),
    continue: token,
    timeoutSeconds: integerOf(query, 'timeoutSeconds'),
    allowsBookmarks: isTrue(query.get('allowWatchBookmarks')),
    sendInitialEvents: initial === null ? undefined : isTrue(initial),
  }
}
