/** All plugins, in the order in which they filter. */
import type { PluginArgs } from '#kinds/scheduler-configuration/read.ts'
import type { Plugin } from '../plugin.ts'
import { balancedAllocation } from './balanced-allocation.ts'
import { dynamicResources } from './dynamic-resources.ts'
import { imageLocality } from './image-locality.ts'
import { interPodAffinity } from './inter-pod-affinity.ts'
import { nodeAffinity } from './node-affinity.ts'
import { nodeDeclaredFeatures } from './node-declared-features.ts'
import { nodePorts } from './node-ports.ts'
import { nodeResourcesFit } from './node-resources-fit.ts'
import { nodeUnschedulable } from './node-unschedulable.ts'
import { nodeVolumeLimits } from './node-volume-limits.ts'
import { podTopologySpread } from './pod-topology-spread.ts'
import { taintToleration } from './taint-toleration.ts'
import { volumeBinding } from './volume-binding.ts'
import { volumeRestrictions } from './volume-restrictions.ts'
import { volumeZone } from './volume-zone.ts'

/** As they are told, or by upstream's defaults. */
export const pluginsWith = (args: PluginArgs = {}): readonly Plugin[] => [
  nodeUnschedulable,
  taintToleration,
  nodeAffinity(args.NodeAffinity),
  nodePorts,
  nodeResourcesFit(args.NodeResourcesFit),
  volumeRestrictions,
  nodeVolumeLimits,
  volumeBinding,
  volumeZone,
  podTopologySpread(args.PodTopologySpread),
  interPodAffinity(args.InterPodAffinity),
  dynamicResources,
  balancedAllocation(args.NodeResourcesBalancedAllocation),
  imageLocality,
  nodeDeclaredFeatures,
]
export const plugins: readonly Plugin[] = pluginsWith()
