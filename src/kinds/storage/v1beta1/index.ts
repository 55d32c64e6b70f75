/** The kinds of storage.k8s.io/v1beta1: those of v1 under another name. */
import { VolumeAttributesClass as OriginalVolumeAttributesClass } from '#kinds/storage/volume-attributes-class.ts'
import { again } from './group.ts'

export class VolumeAttributesClass extends again(OriginalVolumeAttributesClass) {}

export const kinds = [VolumeAttributesClass] as const
