/** What a KubeSchedulerConfiguration must keep to. Upstream: pkg/scheduler/apis/config/validation. */
import { guess } from '#schema/spelling.ts'
import type { Path } from '#schema/vocabulary.ts'
import { checkExtenders, type Extender } from './extender.ts'
import { API_VERSION } from './group.ts'

/** Upstream's default plugins. Those that are said to be `fixed` have no part of their own in Knarr that could be left out. */
const PLUGINS: Readonly<Record<string, 'fixed' | 'open'>> = {
  SchedulingGates: 'fixed',
  PrioritySort: 'fixed',
  NodeUnschedulable: 'open',
  NodeName: 'fixed',
  TaintToleration: 'open',
  NodeAffinity: 'open',
  NodePorts: 'open',
  NodeResourcesFit: 'open',
  VolumeRestrictions: 'fixed',
  NodeVolumeLimits: 'fixed',
  VolumeBinding: 'open',
  VolumeZone: 'fixed',
  PodTopologySpread: 'open',
  InterPodAffinity: 'open',
  DynamicResources: 'fixed',
  DefaultPreemption: 'open',
  NodeResourcesBalancedAllocation: 'open',
  ImageLocality: 'open',
  DefaultBinder: 'fixed',
  NodeDeclaredFeatures: 'open',
}
const NAMES = Object.keys(PLUGINS)
/** Points at which Knarr's plugins can be switched. */
const POINTS = ['multiPoint', 'filter', 'postFilter', 'score']

interface Named {
  readonly name: string
}
interface Switches {
  readonly enabled?: readonly Named[]
  readonly disabled?: readonly Named[]
}
export function checkPlugins(plugins: Readonly<Record<string, Switches | undefined>>, at: Path): void {
  for (const [point, set] of Object.entries(plugins)) {
    const place = at.key(point)
    if (set && !POINTS.includes(point)) place.forbidden(`plugins are switched at ${POINTS.join(', ')} only`)
    for (const side of ['enabled', 'disabled'] as const)
      for (const [i, { name }] of (set?.[side] ?? []).entries()) {
        const where = place.key(side).index(i).key('name')
        if (name === '*' && side === 'disabled') continue
        checkPluginName(name, where)
        if (side === 'disabled' && PLUGINS[name] === 'fixed') where.invalid(name, 'this plugin cannot be left out')
      }
    noneTwice(set?.enabled ?? [], place.key('enabled'))
  }
}
export function checkPluginName(name: string, at: Path): void {
  if (name in PLUGINS) return
  const meant = guess(name, NAMES)
  at.invalid(name, `no such plugin; ${meant ? `did you mean "${meant}"?` : `there are: ${NAMES.join(', ')}`}`)
}
function noneTwice(named: readonly Named[], at: Path): void {
  const seen = new Set<string>()
  for (const [i, { name }] of named.entries()) {
    if (seen.has(name)) at.index(i).key('name').duplicate(name)
    seen.add(name)
  }
}

interface Configuration {
  readonly apiVersion: string
  readonly kind: string
  readonly podInitialBackoffSeconds: number
  readonly podMaxBackoffSeconds: number
  readonly profiles?: readonly { readonly schedulerName: string; readonly pluginConfig?: readonly Named[] }[]
  readonly extenders?: readonly Extender[]
}
export function checkConfiguration(
  { apiVersion, kind, podInitialBackoffSeconds, podMaxBackoffSeconds, profiles = [], extenders = [] }: Configuration,
  at: Path,
): void {
  if (apiVersion !== API_VERSION) at.key('apiVersion').unsupported(apiVersion, [API_VERSION])
  if (kind !== 'KubeSchedulerConfiguration') at.key('kind').unsupported(kind, ['KubeSchedulerConfiguration'])
  if (podMaxBackoffSeconds < podInitialBackoffSeconds)
    at.key('podMaxBackoffSeconds').invalid(podMaxBackoffSeconds, 'must be greater than or equal to PodInitialBackoffSeconds')
  const names = new Set<string>()
  for (const [i, { schedulerName, pluginConfig = [] }] of profiles.entries()) {
    const place = at.key('profiles').index(i)
    if (schedulerName === '') place.key('schedulerName').required()
    if (names.has(schedulerName)) place.key('schedulerName').duplicate(schedulerName)
    names.add(schedulerName)
    for (const [j, { name }] of pluginConfig.entries()) checkPluginName(name, place.key('pluginConfig').index(j).key('name'))
    noneTwice(pluginConfig, place.key('pluginConfig'))
  }
  checkExtenders(extenders, at.key('extenders'))
}
