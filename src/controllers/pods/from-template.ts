/** A new pod from the template of a workload. Upstream: pkg/controller, GetPodFromTemplate. */
import type { PodTemplateSpec } from '#kinds/core/pod-template-spec.ts'
import type { PodSpec } from '#kinds/core/pod-spec.ts'
import type { ObjectMeta } from '#kinds/meta/object-meta.ts'

/** A pod that is to be made. */
export interface NewPod {
  readonly metadata: ObjectMeta
  readonly spec: PodSpec
}

/** Named by the server, beginning with the owner's name. The owner reference is added by whoever makes it. */
export function podFrom({ metadata, spec }: PodTemplateSpec, { metadata: owner }: { readonly metadata: ObjectMeta }): NewPod {
  const { labels = {}, annotations = {}, finalizers } = metadata ?? {}
  return {
    metadata: {
      namespace: owner.namespace,
      generateName: `${owner.name}-`,
      labels,
      ...(Object.keys(annotations).length && { annotations }),
      ...(finalizers?.length && { finalizers }),
    },
    spec,
  }
}
