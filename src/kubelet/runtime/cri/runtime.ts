/** The messages of CRI runtime.v1 about the runtime itself and what its containers use. Field numbers: kubernetes/cri-api, pkg/apis/runtime/v1. */
import { bool, int, many, message, one, text, textMap } from '#base/grpc/message.ts'
import { Int64Value } from './sandbox.ts'
import { ContainerMetadata } from './container.ts'
import { FilesystemUsage } from './image.ts'

export const VersionRequest = message({ version: text(1) })
export const VersionResponse = message({ version: text(1), runtimeName: text(2), runtimeVersion: text(3), runtimeApiVersion: text(4) })
export const RuntimeCondition = message({ type: text(1), status: bool(2), reason: text(3), message: text(4) })
export const RuntimeStatus = message({ conditions: many(1, RuntimeCondition) })
export const StatusRequest = message({ verbose: bool(1) })
export const RuntimeHandlerFeatures = message({ recursiveReadOnlyMounts: bool(1), userNamespaces: bool(2) })
export const RuntimeHandler = message({ name: text(1), features: one(2, RuntimeHandlerFeatures) })
export const RuntimeFeatures = message({ supplementalGroupsPolicy: bool(1) })
export const StatusResponse = message({
  status: one(1, RuntimeStatus),
  info: textMap(2),
  runtimeHandlers: many(3, RuntimeHandler),
  features: one(4, RuntimeFeatures),
})
export const CpuUsage = message({ timestamp: int(1), usageCoreNanoSeconds: one(2, Int64Value), usageNanoCores: one(3, Int64Value) })
export const MemoryUsage = message({
  timestamp: int(1),
  workingSetBytes: one(2, Int64Value),
  availableBytes: one(3, Int64Value),
  usageBytes: one(4, Int64Value),
  rssBytes: one(5, Int64Value),
  pageFaults: one(6, Int64Value),
  majorPageFaults: one(7, Int64Value),
})
export const SwapUsage = message({ timestamp: int(1), swapAvailableBytes: one(2, Int64Value), swapUsageBytes: one(3, Int64Value) })
export const ContainerAttributes = message({
  id: text(1),
  metadata: one(2, ContainerMetadata),
  labels: textMap(3),
  annotations: textMap(4),
})
export const ContainerStats = message({
  attributes: one(1, ContainerAttributes),
  cpu: one(2, CpuUsage),
  memory: one(3, MemoryUsage),
  writableLayer: one(4, FilesystemUsage),
  swap: one(5, SwapUsage),
})
export const ContainerStatsRequest = message({ containerId: text(1) })
export const ContainerStatsResponse = message({ stats: one(1, ContainerStats) })
export const ContainerStatsFilter = message({ id: text(1), podSandboxId: text(2), labelSelector: textMap(3) })
export const ListContainerStatsRequest = message({ filter: one(1, ContainerStatsFilter) })
export const ListContainerStatsResponse = message({ stats: many(1, ContainerStats) })
