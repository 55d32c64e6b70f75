/** A KubeSchedulerConfiguration out of its file. */
import { parseYaml } from '#base/yaml.ts'
import { isObject } from '#schema/json-value.ts'
import { decode, DecodeError } from '#schema/decode.ts'
import { fillDefaults } from '#schema/default.ts'
import { problems } from '#schema/validate.ts'
import type { Type } from '#schema/vocabulary.ts'
import { KubeSchedulerConfiguration } from './configuration.ts'
import { pluginArgs } from './plugin-args.ts'

export type PluginArgs = { readonly [P in keyof typeof pluginArgs]?: InstanceType<(typeof pluginArgs)[P]> }
/** A profile whose plugins' arguments have been read. */
export type Profile = Omit<NonNullable<KubeSchedulerConfiguration['profiles']>[number], 'pluginConfig'> & { readonly args: PluginArgs }
export type SchedulerConfiguration = Omit<KubeSchedulerConfiguration, 'profiles'> & { readonly profiles: readonly Profile[] }

/** Throws RangeError that names each wrong field, its value, and what it should be. */
export function readSchedulerConfiguration(text: string): SchedulerConfiguration {
  const documents = parseYaml(text)
  const [first] = documents
  if (documents.length !== 1 || !isObject(first?.value))
    throw new RangeError('there must be one object, of kind KubeSchedulerConfiguration')
  const configuration = read(KubeSchedulerConfiguration, first.value, '')
  const profiles = (configuration.profiles ?? []).map(({ pluginConfig = [], ...profile }, i) => ({
    ...profile,
    args: Object.fromEntries(
      pluginConfig.flatMap(({ name, args = {} }, j) => {
        const type = (pluginArgs as Readonly<Record<string, Type<unknown>>>)[name]
        return type ? [[name, read(type, withoutType(args), `profiles[${i}].pluginConfig[${j}].args.`)]] : []
      }),
    ) as PluginArgs,
  }))
  return { ...configuration, profiles: profiles.map(profile => withoutIgnored(profile, configuration.extenders ?? [])) }
}
/** What an extender manages on behalf of the scheduler is left out of account. Upstream: scheduler.New, ignoredExtendedResources. */
function withoutIgnored(profile: Profile, extenders: NonNullable<KubeSchedulerConfiguration['extenders']>): Profile {
  const ignored = extenders.flatMap(({ managedResources = [] }) =>
    managedResources.flatMap(({ name, ignoredByScheduler }) => (ignoredByScheduler ? [name] : [])),
  )
  if (!ignored.length) return profile
  const fit =
    profile.args.NodeResourcesFit ?? read(pluginArgs.NodeResourcesFit as Type<InstanceType<typeof pluginArgs.NodeResourcesFit>>, {}, '')
  const ignoredResources = [...(fit.ignoredResources ?? []), ...ignored]
  return { ...profile, args: { ...profile.args, NodeResourcesFit: { ...fit, ignoredResources } } }
}
/** The arguments' own apiVersion and kind may stand there and say nothing more. */
function withoutType(args: unknown): unknown {
  if (!isObject(args)) return args
  const { apiVersion: _, kind: __, ...rest } = args
  return rest
}
function read<T>(type: Type<T>, value: unknown, place: string): T {
  try {
    const decoded = decode(type, value, { strictness: 'Strict' })
    const unknowns = decoded.problems.map(problem => {
      const meant = decoded.suggestions.find(({ path }) => problem === `unknown field "${path}"`)
      return `${place && `${place.slice(0, -1)}: `}${problem}${meant ? `; did you mean "${meant.known}"?` : ''}`
    })
    const draft = fillDefaults(type, decoded.value) as T
    const wrong = unknowns.length ? [] : problems(type, draft).map(({ field, message }) => `${place}${field}: ${message}`)
    const all = [...unknowns, ...wrong]
    if (all.length) throw new RangeError(all.join('; '))
    return draft
  } catch (error) {
    if (error instanceof DecodeError)
      throw new RangeError(`${place}${error.message}${error.cure ? `; ${error.cure}` : ''}`, { cause: error })
    throw error
  }
}
