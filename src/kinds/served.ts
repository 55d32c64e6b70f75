/** Which versions of the API are served: the stable ones, and what a runtime configuration turns on or off. Upstream: kube-apiserver --runtime-config. */
import type { AnyKind, CatalogueGroup, CatalogueVersion } from './catalogue.ts'

/** What each key says, from `api/beta=true,batch/v1=false`. */
export type RuntimeConfig = ReadonlyMap<string, boolean>

/** Keys for all versions of a stage, in the order in which they count: what is more special comes later. */
const STAGES: readonly (readonly [key: string, versions: RegExp])[] = [
  ['api/all', /^/],
  ['api/ga', /^v\d+$/],
  ['api/beta', /^v\d+beta\d+$/],
  ['api/alpha', /^v\d+alpha\d+$/],
]
const STABLE = /^v\d+$/

/** The pairs of a runtime configuration, whatever they name. Throws RangeError when they are none. */
export function runtimeConfigPairs(text: string): RuntimeConfig {
  const pairs = text.split(',').filter(Boolean)
  return new Map(
    pairs.map(pair => {
      const [, key, value = 'true'] = /^([^/=]+\/[^/=]+(?:\/[^/=]+)?)(?:=(true|false))?$/.exec(pair) ?? []
      if (!key) throw new RangeError(`"${pair}" must be like "api/beta=true" or "batch/v1=false"`)
      return [key, value === 'true'] as const
    }),
  )
}
/** The runtime configuration of a catalogue. Throws RangeError for what names nothing of it. */
export function readRuntimeConfig(text: string, catalogue: readonly CatalogueGroup[]): RuntimeConfig {
  const config = runtimeConfigPairs(text)
  const versions = catalogue.flatMap(({ group, versions }) => versions.map(({ version }) => keyOf(group, version)))
  const known = new Set([...STAGES.map(([key]) => key), ...versions])
  for (const key of config.keys())
    if (!known.has(key.split('/').slice(0, 2).join('/'))) throw new RangeError(`runtime configuration: "${key}" is no version of the API`)
  return config
}
const keyOf = (group: string, version: string) => `${group || 'api'}/${version}`

/** The part of the catalogue that is served. */
export function servedCatalogue(catalogue: readonly CatalogueGroup[], config: RuntimeConfig = new Map()): readonly CatalogueGroup[] {
  return catalogue.flatMap(({ group, versions }) => {
    const served = versions.flatMap(one => servedVersion(one, keyOf(group, one.version), config))
    return served.length ? [{ group, versions: served }] : []
  })
}
function servedVersion(one: CatalogueVersion, key: string, config: RuntimeConfig): readonly CatalogueVersion[] {
  const { version, kinds, isAddOn } = one
  const stages = STAGES.filter(([stage, versions]) => config.has(stage) && versions.test(version))
  const isServed = config.get(key) ?? config.get(stages.at(-1)?.[0] ?? '') ?? isAddOn ?? STABLE.test(version)
  const single = new Map([...config].filter(([name]) => name.startsWith(`${key}/`)))
  if (single.size === 0) return isServed ? [one] : []
  if (!isServed && ![...single.values()].includes(true)) return []
  const isChosen = ({ options }: AnyKind) => single.get(`${key}/${options.plural}`) ?? isServed
  return [{ ...one, kinds: async () => (await kinds()).filter(isChosen) }]
}
