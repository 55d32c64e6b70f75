/** What a node says that it can do beyond older ones, and what a pod needs of that (KEP-5328). Upstream: component-helpers, nodedeclaredfeatures. */
import { isEqual } from '#schema/json-value.ts'
import type { Path } from '#schema/vocabulary.ts'
import type { PodSpec } from '../pod-spec.ts'
import { couldRestartAll, isSidecar } from '../pod/facts.ts'

interface Spec {
  readonly spec: PodSpec
}
interface Feature {
  readonly name: string
  /** Whether a new pod has to go where the node can do it. */
  readonly isNeededBy?: (pod: Spec) => boolean
  /** Whether a change of a pod that has a node can be made only where the node can do it. */
  readonly isNeededToBecome?: (next: Spec, before: Spec) => boolean
}
/** By name, as a node lists them. */
const FEATURES: readonly Feature[] = [
  { name: 'ExtendWebSocketsToKubelet' },
  {
    name: 'InPlacePodLevelResourcesVerticalScaling',
    isNeededToBecome: (next, before) => !isEqual(next.spec.resources ?? null, before.spec.resources ?? null),
  },
  {
    name: 'InPlacePodVerticalScalingInitContainers',
    isNeededToBecome: (next, before) =>
      (before.spec.initContainers ?? []).some(
        (container, at) => !isSidecar(container) && !isEqual(container.resources, next.spec.initContainers?.[at]?.resources),
      ),
  },
  { name: 'RestartAllContainersOnContainerExits', isNeededBy: couldRestartAll },
]

/** All that Knarr's own nodes can do. */
export const DECLARED_FEATURES: readonly string[] = FEATURES.map(({ name }) => name)

const lacking = (needed: readonly string[], declared: readonly string[] = []): readonly string[] =>
  needed.filter(name => !declared.includes(name))
/** What the pod needs of a node to run at all. */
export const neededToRun = (pod: Spec): readonly string[] => FEATURES.filter(({ isNeededBy }) => isNeededBy?.(pod)).map(({ name }) => name)
/** What the pod needs to run at all that is not declared. */
export const lackingToRun = (pod: Spec, declared: readonly string[] | undefined): readonly string[] => lacking(neededToRun(pod), declared)
/** What a running pod needs to become what it is to be that is not declared. */
export const lackingToBecome = (next: Spec, before: Spec, declared: readonly string[] | undefined): readonly string[] =>
  lacking(
    FEATURES.filter(({ isNeededToBecome }) => isNeededToBecome?.(next, before)).map(({ name }) => name),
    declared,
  )

const NAME = /^[A-Z][a-zA-Z0-9]*(\/[a-zA-Z][a-zA-Z0-9]*)*$/
const NAME_LENGTH_MAX = 253
export function checkDeclaredFeatures(features: readonly string[], at: Path): void {
  for (const [i, name] of features.entries()) {
    const here = at.index(i)
    const invalid = (rule: string) => here.invalid(name, `invalid feature name ${JSON.stringify(name)}: ${rule}`)
    if (name.length > NAME_LENGTH_MAX) invalid(`must be no more than ${NAME_LENGTH_MAX} characters`)
    else if (!NAME.test(name))
      invalid(
        "must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes",
      )
    const last = features[i - 1]
    if (last === undefined) continue
    if (last === name) here.duplicate(name)
    else if (last > name) here.invalid(name, 'list must be sorted alphabetically')
  }
}
