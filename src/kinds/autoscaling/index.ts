/** The kinds of autoscaling/v2. */
import { HorizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts'

export const kinds = [HorizontalPodAutoscaler] as const
