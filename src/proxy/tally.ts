/** How much stands in each chain, map and set of a table: so it is seen, whatever words nft lists it in, that some of it is missing. */
import { entryOf, RULE_END } from './entries.ts'
import { pickRules, skeleton, type TableOptions } from './table.ts'
import { IPV4, IPV6 } from './family.ts'

/** Rules or elements by `<family> <chain, map or set> <name>`. */
export type Tally = ReadonlyMap<string, number>

/** What tables should have of these entries and picking chains, as `<family> <name>`. */
export function tallyOf(
  tables: readonly TableOptions[],
  ids: Iterable<readonly [id: string, value: string]>,
  chains: Iterable<string>,
): Tally {
  const tally = new Map<string, number>()
  const add = (name: string, count: number) => tally.set(name, (tally.get(name) ?? 0) + count)
  for (const table of tables) for (const [name, count] of tallyIn(skeleton(table))) add(name, count)
  for (const chain of chains) {
    const [family, name = ''] = chain.split(' ')
    add(`${family} chain ${name}`, pickRules(name, family === 'ip6' ? IPV6 : IPV4).length)
  }
  for (const [id, value] of ids) {
    const { family, place, key } = entryOf(id)
    if (place === 'chain') add(`${family} chain ${key}`, value.split(RULE_END).length)
    else if (place === 'set') add(`${family} elements ${key}`, 0)
    else add(`${family} elements ${place}`, 1)
  }
  return tally
}

/** Sets that clients come to and go from by themselves. */
const CHANGES_BY_ITSELF = /^clients-/

/** Of a script of ours, or of a table as nft lists it. */
export function tallyIn(listing: string): Tally {
  const tally = new Map<string, number>()
  let family = ''
  let block = ''
  let isInElements = false
  for (const raw of listing.split('\n')) {
    const line = raw.trim()
    const [word = '', name = '', third = ''] = line.split(' ', 3)
    if (word === 'table') family = name
    else if (word === 'add' && name === 'element') tally.set(`${third} elements ${line.split(' ')[4]}`, elementsIn(line))
    else if (word === 'chain' || word === 'map' || word === 'set') {
      block = `${family} ${word === 'chain' ? 'chain' : 'elements'} ${name}`
      // One that is written in a line has at most one rule.
      tally.set(block, line.endsWith('}') && word === 'chain' && line.includes(';') ? 1 : 0)
      if (line.endsWith('}')) block = ''
    } else if (line === '}') block = ''
    else if (block.includes(' chain ')) {
      if (line !== '' && !line.startsWith('type ')) tally.set(block, (tally.get(block) ?? 0) + 1)
    } else if (block !== '' && (isInElements || word === 'elements')) {
      if (!CHANGES_BY_ITSELF.test(block.split(' ')[2] ?? '')) tally.set(block, (tally.get(block) ?? 0) + elementsIn(line))
      isInElements = !line.endsWith('}')
    }
  }
  return tally
}
/** Elements are parted by commas, which none of ours has; one that goes on in the next line ends with one. */
const elementsIn = (line: string): number => line.split(',').filter(part => /[^\s{}]/.test(part)).length

/** The first thing of which there is another number than there should be; undefined when there is none. */
export function difference(wanted: Tally, found: Tally): string | undefined {
  for (const [name, count] of wanted) {
    const there = found.get(name)
    if (there === count) continue
    const [family, kind, own] = name.split(' ')
    const what = kind === 'chain' ? `chain ${own} of family ${family}` : `${own} of family ${family}`
    return there === undefined ? `${what} is gone` : `${what} has ${there} ${kind === 'chain' ? 'rules' : 'elements'} instead of ${count}`
  }
  return undefined
}
