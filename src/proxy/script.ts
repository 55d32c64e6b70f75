/** Changes of entries as one nft script, which is applied as a whole or not at all. */
import { entryOf, type Entry, RULE_END } from './entries.ts'
import { type Family, IPV4, IPV6 } from './family.ts'
import { pickRules } from './table.ts'

/** An entry that is to be made (no `before`), replaced, or removed (no `after`). */
export interface EntryChange {
  readonly id: string
  readonly before: string | undefined
  readonly after: string | undefined
}
interface Parsed extends Entry {
  readonly before: string | undefined
  readonly after: string | undefined
}
export interface ScriptOptions {
  /** Name of the tables, of either family. */
  readonly table: string
  /** Picking chains that are there already, as `<family> <name>`. */
  readonly chains: ReadonlySet<string>
}

/** Empty when there is nothing to do. `chains` are those that the script adds to the picking chains. */
export function changeScript(
  changes: Iterable<EntryChange>,
  { table, chains }: ScriptOptions,
): { readonly text: string; readonly chains: readonly string[] } {
  const parsed = [...changes].map(({ id, before, after }) => ({ ...entryOf(id), before, after }))
  const of = (place: 'chain' | 'set') => parsed.filter(change => change.place === place)
  const elements = parsed.filter(({ place }) => place !== 'chain' && place !== 'set')
  const newChains = pickingChains(elements).filter(chain => !chains.has(chain))
  const at = ({ family }: Entry) => `${family} ${table}`
  const lines = [
    // What is referred to first, and what refers to it afterwards; the other way round for what goes.
    ...of('set').flatMap(set => (set.after === undefined ? [] : [`add set ${at(set)} ${set.key} { ${set.after} }`])),
    ...newChains.flatMap(chain => pickingChain(chain, table)),
    ...of('chain').flatMap(chain =>
      chain.before === undefined ? [`add chain ${at(chain)} ${chain.key}`] : [`flush chain ${at(chain)} ${chain.key}`],
    ),
    ...of('chain').flatMap(chain => chain.after?.split(RULE_END).map(rule => `add rule ${at(chain)} ${chain.key} ${rule}`) ?? []),
    ...elementLines(
      'delete',
      elements.filter(({ before }) => before !== undefined),
      table,
    ),
    ...elementLines(
      'add',
      elements.filter(({ after }) => after !== undefined),
      table,
    ),
    ...of('chain').flatMap(chain => (chain.after === undefined ? [`delete chain ${at(chain)} ${chain.key}`] : [])),
    ...of('set').flatMap(set => (set.after === undefined ? [`delete set ${at(set)} ${set.key}`] : [])),
  ]
  return { text: lines.map(line => `${line}\n`).join(''), chains: newChains }
}

const familyOf = (name: string): Family => (name === 'ip6' ? IPV6 : IPV4)

function pickingChains(elements: readonly Parsed[]): readonly string[] {
  const verdicts = elements.flatMap(({ family, after }) =>
    after?.startsWith('goto pick-') ? [`${family} ${after.slice('goto '.length)}`] : [],
  )
  return [...new Set(verdicts)]
}
function pickingChain(chain: string, table: string): readonly string[] {
  const [family = '', name = ''] = chain.split(' ')
  const rules = pickRules(name, familyOf(family))
  return [`add chain ${family} ${table} ${name}`, ...rules.map(rule => `add rule ${family} ${table} ${name} ${rule}`)]
}

/** One command for all elements of a map or set. */
function elementLines(verb: 'add' | 'delete', elements: readonly Parsed[], table: string): readonly string[] {
  const places = Map.groupBy(elements, ({ family, place }) => `${family} ${table} ${place}`)
  return [...places].map(([place, changes]) => {
    const words = changes.map(({ key, after }) => (verb === 'add' && after ? `${key} : ${after}` : key))
    return `${verb} element ${place} { ${words.join(', ')} }`
  })
}
