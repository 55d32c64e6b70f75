/** Which configuration a node runs with, once the API assigns it one: that one if it is sound, else the last that was, else the node's own. Pure. The API is that of Kubernetes up to 1.23 (KEP-281). */
import { readConfiguration, WrongConfiguration } from './read.ts'
import type { KubeletSettings } from './settings.ts'

/** A key of a ConfigMap, in the version that was read. */
export interface Source {
  readonly namespace: string
  readonly name: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly kubeletConfigKey: string
}
export interface Configuration {
  readonly source: Source
  readonly text: string
}
/** What a node remembers over restarts. */
export interface Memory {
  /** Undefined while the node runs with its own. */
  readonly assigned?: Configuration
  readonly lastKnownGood?: Configuration
}
export interface Choice {
  /** Undefined for the node's own. */
  readonly active: Configuration | undefined
  readonly settings: KubeletSettings
  readonly error?: string
}

export function choose(own: KubeletSettings, { assigned, lastKnownGood }: Memory): Choice {
  if (!assigned) return { active: undefined, settings: own }
  try {
    return { active: assigned, settings: readConfiguration(assigned.text) }
  } catch (error) {
    if (!(error instanceof WrongConfiguration)) throw error
    const why = `failed to validate config: ${error.problems.join('; ')}`
    // It was sound when it became the last known good one.
    const settings = lastKnownGood ? readConfiguration(lastKnownGood.text) : own
    return { active: lastKnownGood, settings, error: why }
  }
}

/** Long enough that a configuration which harms the node has done so. Upstream: the trial period of KEP-281. */
export const TRIAL_MS = 600_000

/** When the configuration in use, which is so since then, has proved itself; undefined when it need not. */
export const trialEnd = ({ assigned, lastKnownGood }: Memory, { active }: Pick<Choice, 'active'>, since: number): number | undefined =>
  active !== undefined && active === assigned && active.text !== lastKnownGood?.text ? since + TRIAL_MS : undefined

/** What the node's status says; null where nothing is assigned. */
export function configStatus({ assigned, lastKnownGood }: Memory, { active, error }: Pick<Choice, 'active' | 'error'>) {
  if (!assigned && error === undefined) return null
  const shown = (configuration: Configuration | undefined) => (configuration ? { configMap: configuration.source } : null)
  return { assigned: shown(assigned), active: shown(active), lastKnownGood: shown(lastKnownGood), error: error ?? null }
}

/** What the key of a ConfigMap says, or why it says nothing. */
export function configurationIn(
  source: Source,
  found:
    | { readonly metadata: { readonly uid?: string; readonly resourceVersion?: string }; readonly data?: Readonly<Record<string, string>> }
    | undefined,
): Configuration | { readonly error: string } {
  const { namespace, name, kubeletConfigKey } = source
  if (!found) return { error: `failed to download config: configmap "${namespace}/${name}" not found` }
  const text = found.data?.[kubeletConfigKey]
  if (text === undefined) return { error: `failed to load config: configmap "${namespace}/${name}" has no key "${kubeletConfigKey}"` }
  const { uid, resourceVersion } = found.metadata
  return { source: { ...source, ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) }, text }
}
