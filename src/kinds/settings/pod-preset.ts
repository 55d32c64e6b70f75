/** PodPreset: what selected pods get in addition when they are created. Reference: Kubernetes 1.19, "Pod Preset". */
import { age } from '#kinds/columns.ts'
import { VolumeMount } from '#kinds/core/container.ts'
import { EnvFromSource, EnvVar } from '#kinds/core/environment.ts'
import { Volume } from '#kinds/core/volume.ts'
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class PodPresetSpec extends struct(
  {
    selector: field(1, LabelSelector, 'The pods that it is for; an empty one selects all of the namespace.', { written: true }),
    env: field(2, list(EnvVar), 'Environment variables of each container.'),
    envFrom: field(3, list(EnvFromSource), 'Config maps and secrets of which all keys become variables of each container.'),
    volumes: field(4, list(Volume), 'Volumes of the pod.'),
    volumeMounts: field(5, list(VolumeMount), 'Volumes that are mounted in each container.'),
  },
  {
    validate: ({ env, envFrom, volumes, volumeMounts }, at) => {
      if (![env, envFrom, volumes, volumeMounts].some(given => given?.length))
        at.required('must specify at least one of "env", "envFrom", "volumes" and "volumeMounts"')
    },
  },
) {}

export class PodPreset extends kind({
  plural: 'podpresets',
  scope: 'Namespaced',
  fields: {
    spec: field(2, PodPresetSpec, 'What pods get.', { written: true }),
  },
  columns: { Age: age },
}) {}
