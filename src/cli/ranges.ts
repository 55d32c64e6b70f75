/** Which address ranges a cluster gets, so that it shares none with another cluster or with what the machine itself reaches. */
import { type Cidr, contains, firstOf, overlaps, parseCidr } from '#base/cidr.ts'
import type { Settings } from './cluster.ts'
import { CommandFailure } from './failure.ts'
import { familiesIn, rangesIn } from './node-ranges.ts'

export type Ranges = Pick<Settings, 'podCidr' | 'serviceCidr'>
/** A route of the machine. */
export interface Route {
  /** `192.168.1.0/24` */
  readonly destination: string
  /** The link over which it leads. */
  readonly link: string
  /** Whether it is the cluster's own that is asked about: what it made outlives its process. */
  readonly isOwn?: boolean
}
export interface Taken {
  readonly others: readonly (Ranges & { readonly name?: string })[]
  readonly routes: readonly Route[]
}

/** Pairs of /16 in the order in which they are tried: 10.42.0.0 and up, as k3s has it, then the other ranges for private use (RFC 1918, RFC 6598). */
const CANDIDATES: readonly Ranges[] = (
  [
    [10, 42, 100],
    [172, 16, 8],
    [100, 64, 32],
  ] as const
).flatMap(([first, from, count]) =>
  Array.from({ length: count }, (_, i) => ({
    podCidr: `${first}.${from + 2 * i}.0.0/16`,
    serviceCidr: `${first}.${from + 2 * i + 1}.0.0/16`,
  })),
)
/** A route to this much or more is a default route in other words, as VPNs make them; nothing would be free beside it. */
const DEFAULT_PREFIX_LENGTH_MAX = 7

/** The first pair of ranges that neither another cluster nor a route of the machine uses. Throws CommandFailure when there is none. */
export function freeRanges({ others, routes }: Taken): Ranges {
  const taken = [...others.flatMap(rangesOf), ...routes.flatMap(destinationOf)]
  const free = CANDIDATES.find(pair => rangesOf(pair).every(range => !taken.some(one => overlaps(one, range))))
  if (free) return free
  throw new CommandFailure(
    'choose address ranges: all that are tried are taken by other clusters or routes of this machine; name free ones with --pod-cidr and --service-cidr',
  )
}

/** A range of a cluster that somebody else has as well. */
export interface Conflict {
  readonly kind: 'pods' | 'services'
  readonly range: string
  readonly why: string
}
/**
 * Where hosts that the machine reaches, or another cluster's pods, are taken for the cluster's own. A route that is wider than a range
 * does no such harm: the range is a small part of it.
 */
export function conflictOf(ranges: Ranges, { others, routes }: Taken): Conflict | undefined {
  for (const { kind, text } of eachOf(ranges)) {
    const range = parseCidr(text)
    if (!range) continue
    const route = routes.find(one => !one.isOwn && destinationOf(one).some(destination => isWithin(destination, range)))
    if (route) return { kind, range: text, why: `this machine has a route to ${route.destination} over "${route.link}"` }
    const other = others.find(one => rangesOf(one).some(theirs => overlaps(theirs, range)))
    if (other) return { kind, range: text, why: `cluster "${other.name}" has ${other.podCidr} and ${other.serviceCidr}` }
  }
  return undefined
}
const eachOf = ({ podCidr, serviceCidr }: Ranges) => [
  ...rangesIn(podCidr).map(text => ({ kind: 'pods' as const, text })),
  ...rangesIn(serviceCidr).map(text => ({ kind: 'services' as const, text })),
]

/** Throws CommandFailure when a cluster cannot have these ranges. `cure` says what else can be done. */
export function checkRanges(ranges: Ranges, taken: Taken, cure: string): void {
  const { podCidr, serviceCidr } = ranges
  for (const { kind, text } of eachOf(ranges))
    if (!parseCidr(text)) throw new CommandFailure(`use address range "${text}" for ${kind}: not a range like 10.42.0.0/16`)
  const conflict = conflictOf(ranges, taken)
  if (conflict) throw new CommandFailure(`use address range ${conflict.range} for ${conflict.kind}: ${conflict.why}; ${cure}`)
  if (familiesIn(podCidr).join() !== familiesIn(serviceCidr).join())
    throw new CommandFailure(
      `use address ranges ${podCidr} for pods and ${serviceCidr} for services: they are not of the same families, in the same order; ${cure}`,
    )
  if (
    rangesIn(podCidr).some(pods => rangesIn(serviceCidr).some(services => overlaps(parseCidr(pods) as Cidr, parseCidr(services) as Cidr)))
  )
    throw new CommandFailure(`use address ranges ${podCidr} for pods and ${serviceCidr} for services: they overlap; ${cure}`)
}

const isWithin = (inner: Cidr, outer: Cidr): boolean => inner.prefixLength >= outer.prefixLength && contains(outer, firstOf(inner))
const rangesOf = ({ podCidr, serviceCidr }: Ranges): readonly Cidr[] =>
  [podCidr, serviceCidr].flatMap(rangesIn).flatMap(text => parseCidr(text) ?? [])
function destinationOf({ destination }: Route): readonly Cidr[] {
  const cidr = parseCidr(destination)
  return cidr && cidr.prefixLength > DEFAULT_PREFIX_LENGTH_MAX ? [cidr] : []
}
