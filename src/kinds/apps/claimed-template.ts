/** PodTemplateSpec as a StatefulSet has it: containers may also mount the volumes that the claim templates will bring. */
import { struct } from '#kinds/core/group.ts'
import { checkSpec } from '#kinds/core/pod/spec-rules.ts'
import { PodTemplateSpec as AnyPodTemplateSpec } from '#kinds/core/pod-template-spec.ts'
import { checkAnnotations, checkLabels } from '#kinds/meta/label-rules.ts'
import type { ObjectMeta } from '#kinds/meta/object-meta.ts'
import type { Path } from '#schema/vocabulary.ts'

/** The same type on the wire and in OpenAPI; only its own rules wait until the claims are known. */
export class PodTemplateSpec extends struct(AnyPodTemplateSpec.fields, {
  validate: ({ metadata }, at) => {
    checkLabels(metadata.labels ?? {}, at.key('labels'))
    checkAnnotations(metadata.annotations ?? {}, at.key('annotations'))
  },
}) {}

/** Checks the template as if each claim were one of its volumes, in whose place it will stand. */
export function checkClaimed({ spec }: PodTemplateSpec, claims: readonly { readonly metadata: ObjectMeta }[], at: Path): void {
  const names = new Set(claims.map(({ metadata }) => metadata.name ?? ''))
  const kept = (spec.volumes ?? []).filter(({ name }) => !names.has(name))
  const claimed = [...names].filter(Boolean).map(name => ({ name, persistentVolumeClaim: { claimName: name } }))
  checkSpec({ ...spec, volumes: [...kept, ...claimed] as typeof spec.volumes }, at.key('spec'))
}
