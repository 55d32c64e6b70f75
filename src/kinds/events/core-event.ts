/** How an event of events.k8s.io is stored: as the core event that it is, under other names. Upstream: pkg/apis/events/v1/conversion.go. */

/** The names here, and the names in core/v1. */
const NAMES: readonly (readonly [string, string])[] = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
  ['reportingController', 'reportingComponent'],
]
type Plain = Readonly<Record<string, unknown>>
const renamed = (object: Plain, names: ReadonlyMap<string, string>): Plain =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [names.get(name) ?? name, value]))

const toCore = new Map(NAMES)
const fromCore = new Map(NAMES.map(([here, core]) => [core, here]))
export const stored = (event: Plain): Plain => renamed(event, toCore)
export const shown = (event: Plain): Plain => renamed(event, fromCore)
