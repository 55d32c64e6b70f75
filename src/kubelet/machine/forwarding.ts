/** Whether this machine passes packets of pods on, or rules of somebody else's keep it from doing so. */
import { existsSync, readFileSync } from 'node:fs'
import { type Cidr, contains, firstOf, parseCidr } from '#base/cidr.ts'
import { nft } from '#base/nft.ts'
import { nftTable } from './names.ts'
import type { Prerequisite } from './prerequisite.ts'

interface Expression {
  readonly match?: { readonly op?: string; readonly left?: { readonly payload?: { readonly field?: string } }; readonly right?: unknown }
  readonly counter?: unknown
  readonly accept?: null
  readonly jump?: { readonly target: string }
  readonly goto?: { readonly target: string }
}
/** What `nft -j list ruleset` tells, as far as it matters here. */
export interface Ruleset {
  readonly nftables: readonly {
    readonly chain?: {
      readonly family: string
      readonly table: string
      readonly name: string
      readonly hook?: string
      readonly policy?: string
    }
    readonly rule?: { readonly family: string; readonly table: string; readonly chain: string; readonly expr: readonly Expression[] }
  }[]
}
/** A range whose packets a chain drops, and where a rule that accepts them belongs. */
export interface Dropped {
  readonly family: string
  readonly table: string
  readonly chain: string
  readonly range: string
  readonly place: string
}

/**
 * Of each chain that drops what no rule accepts, the ranges that no rule accepts to and from. Of all chains at a hook one that drops is
 * enough, and no table of ours can take that back (nft(8), "base chains"): the accepting rule must stand in the chain that drops. Matches
 * of other things than addresses are not looked into: they accept some of it at most. Rules of iptables-legacy are not among those that
 * nft lists, and are not seen.
 */
export function dropped({ nftables }: Ruleset, ranges: readonly string[]): readonly Dropped[] {
  const chains = nftables.flatMap(({ chain }) => chain ?? [])
  const rules = nftables.flatMap(({ rule }) => rule ?? [])
  return chains
    .filter(({ hook, policy, table }) => hook === 'forward' && policy === 'drop' && !table.startsWith(nftTable('')))
    .flatMap(({ family, table, name }) => {
      const of = (chain: string, seen: ReadonlySet<string> = new Set()): readonly Expression[][] =>
        rules
          .filter(rule => rule.family === family && rule.table === table && rule.chain === chain)
          .flatMap(({ expr }) => {
            const target = expr.map(one => one.jump ?? one.goto).find(one => one !== undefined)?.target
            if (target === undefined || seen.has(target)) return [[...expr]]
            return expr.some(({ match }) => match) ? [] : of(target, new Set([...seen, target]))
          })
      const accepting = of(name).filter(expr => expr.some(({ accept }) => accept === null))
      const isAccepted = (range: Cidr) => {
        const by = (field: string) => accepting.some(expr => isOnly(expr) && covers(expr, { field, range }))
        return by('saddr') && by('daddr')
      }
      const hasPlace = chains.some(one => one.family === family && one.table === table && one.name === DOCKER)
      return ranges.flatMap(text => {
        const range = parseCidr(text)
        const isSeen = range && (family === 'inet' || family === (range.address.family === 6 ? 'ip6' : 'ip'))
        return isSeen && !isAccepted(range) ? [{ family, table, chain: name, range: text, place: hasPlace ? DOCKER : name }] : []
      })
    })
}
/** Docker leaves this chain to others. */
const DOCKER = 'DOCKER-USER'
/** Nothing is matched that is not an address: not a link, a state, or what only iptables knows. */
const isOnly = (expr: readonly Expression[]): boolean =>
  expr.every(one => one.match?.left?.payload !== undefined || one.counter !== undefined || one.accept === null) &&
  expr.filter(({ match }) => match).length <= 1
function covers(expr: readonly Expression[], { field, range }: { readonly field: string; readonly range: Cidr }): boolean {
  const match = expr.find(one => one.match)?.match
  if (!match) return true
  const { addr, len } = (match.right as { readonly prefix?: { readonly addr: string; readonly len: number } } | null)?.prefix ?? {}
  const wider = parseCidr(`${addr}/${len}`)
  return (
    match.op === '==' &&
    match.left?.payload?.field === field &&
    wider !== undefined &&
    wider.prefixLength <= range.prefixLength &&
    contains(wider, firstOf(range))
  )
}

/** `podRanges`: of the clusters on this machine, or of the one that would be made. */
export async function forwarding({ podRanges, isRunning }: { readonly podRanges: readonly string[]; readonly isRunning: boolean }) {
  return [...switches(podRanges, isRunning), ...(process.getuid?.() === 0 ? await strangers(podRanges) : [])]
}

const SWITCHES = { 4: 'net/ipv4/ip_forward', 6: 'net/ipv6/conf/all/forwarding' } as const
function switches(podRanges: readonly string[], isRunning: boolean): readonly Prerequisite[] {
  const families = new Set(podRanges.flatMap(range => parseCidr(range)?.address.family ?? []))
  return [...families].map(family => {
    const file = `/proc/sys/${SWITCHES[family]}`
    const isOn = existsSync(file) && readFileSync(file, 'utf8').trim() === '1'
    const found = isOn ? 'on' : isRunning ? 'off: pods reach nothing beyond their own node address' : 'off; "./knarr up" turns it on'
    const cure = `sysctl -w ${SWITCHES[family].replaceAll('/', '.')}=1, and take what turns it off out of /etc/sysctl.d`
    return {
      name: `forwarding of IPv${family}`,
      ok: isOn || !isRunning,
      found,
      ...(!isOn && isRunning && { cure }),
      onlyForContainers: true,
    }
  })
}

async function strangers(podRanges: readonly string[]): Promise<readonly Prerequisite[]> {
  const name = 'rules of others'
  const ruleset = await nft(['-j', 'list', 'ruleset']).catch((error: Error) => error)
  if (ruleset instanceof Error)
    return [{ name, ok: false, found: `not known: ${ruleset.message}`, cure: 'see to nft first', onlyForContainers: true }]
  const found = dropped(JSON.parse(ruleset) as Ruleset, podRanges)
  if (found.length === 0) return [{ name, ok: true, found: 'let packets of pods through', onlyForContainers: true }]
  return found.map(one => ({
    name,
    ok: false,
    found: `chain ${one.chain} of table ${one.family} ${one.table} drops what pods of ${one.range} send and get`,
    cure: cureOf(one),
    onlyForContainers: true,
  }))
}
/** iptables speaks of the tables of its own names; other tables have another owner, whose configuration should have it, too. */
export function cureOf({ family, table, range, place }: Dropped): string {
  const isIptables = table === 'filter' && family !== 'inet' && place === place.toUpperCase()
  const word = range.includes(':') ? 'ip6' : 'ip'
  return ['s', 'd']
    .map(way =>
      isIptables
        ? `${word}tables -I ${place} -${way} ${range} -j ACCEPT`
        : `nft insert rule ${family} ${table} ${place} ${word} ${way}addr ${range} accept`,
    )
    .join(' && ')
}
