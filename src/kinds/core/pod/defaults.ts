/** Defaults of pods that templates do not have: they depend on several fields, and workloads must not store them. */
import type { Draft } from '#schema/vocabulary.ts'
import type { Container } from '../container.ts'
import type { PodSpec } from '../pod-spec.ts'
import { isHugePages } from '../resource-names.ts'
import { isPodLevelResource, ofContainers } from './resources.ts'

export function fillPod({ spec }: { spec?: Draft<PodSpec> }): void {
  if (!spec) return
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])]
  containers.forEach(requestWhatIsLimited)
  limitHugePages(spec)
  requestWhatPodIsLimited(spec)
  spec.enableServiceLinks ??= true
  // Upstream does so for pods only, whatever their templates say.
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) spec.terminationGracePeriodSeconds = 1
  if (spec.hostNetwork) containers.forEach(useSamePortOnHost)
}

function requestWhatIsLimited({ resources }: Draft<Container>): void {
  if (resources?.limits) resources.requests = { ...resources.limits, ...resources.requests }
}
/** KEP-2837: a pod that is sized as a whole may have the huge pages of its containers, unless it says itself how many it asks for. */
function limitHugePages(spec: Draft<PodSpec>): void {
  const { limits = {}, requests = {} } = spec.resources ?? {}
  if (!spec.resources || Object.keys({ ...limits, ...requests }).length === 0) return
  const ofAll = Object.entries(ofContainers(spec as PodSpec, 'limits')).filter(
    ([name]) => isPodLevelResource(name) && isHugePages(name) && requests[name] === undefined,
  )
  const filled = { ...Object.fromEntries(ofAll), ...limits }
  if (Object.keys(filled).length) spec.resources.limits = filled
}
/** KEP-2837: with pod-level limits, pod-level requests are the sum of what containers request, else the limits. */
function requestWhatPodIsLimited(spec: Draft<PodSpec>): void {
  const { limits, requests } = spec.resources ?? {}
  if (!spec.resources || !limits || Object.keys(limits).length === 0) return
  const ofAll = Object.entries(ofContainers(spec as PodSpec, 'requests')).filter(([name]) => isPodLevelResource(name) && !isHugePages(name))
  const ofLimits = Object.entries(limits).filter(([name]) => isPodLevelResource(name))
  const filled = { ...Object.fromEntries(ofLimits), ...Object.fromEntries(ofAll), ...requests }
  if (Object.keys(filled).length) spec.resources.requests = filled
}
function useSamePortOnHost({ ports }: Draft<Container>): void {
  for (const port of ports ?? []) if (!port.hostPort) port.hostPort = port.containerPort
}
