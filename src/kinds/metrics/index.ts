/** The kinds of metrics.k8s.io/v1beta1. Nothing of them is stored: they are measured when they are asked for. */
import { NodeMetrics } from './node-metrics.ts'
import { PodMetrics } from './pod-metrics.ts'

export const kinds = [NodeMetrics, PodMetrics] as const
