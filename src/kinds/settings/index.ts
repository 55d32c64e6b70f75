/** The kinds of settings.k8s.io/v1alpha1. */
import { PodPreset } from './pod-preset.ts'

export const kinds = [PodPreset] as const
