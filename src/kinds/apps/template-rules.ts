/** The rules that hold between a workload and the template of its pods. Upstream: pkg/apis/apps/validation. */
import type { PodTemplateSpec } from '#kinds/core/pod-template-spec.ts'
import type { LabelSelector } from '#kinds/meta/label-selector.ts'
import { isEmptySelector, isSoundSelector, selects } from '#kinds/meta/selecting.ts'
import type { Path } from '#schema/vocabulary.ts'

interface Workload {
  readonly selector: LabelSelector | undefined
  readonly template: PodTemplateSpec
}
/** What upstream says of a selector without requirements; its words differ from kind to kind. */
export type EmptySelectorMessage = string

/** The selector must say something and match the template; the pods must restart for ever. */
export function checkTemplate({ selector, template }: Workload, at: Path, emptySelector: EmptySelectorMessage): void {
  if (selector && isEmptySelector(selector)) at.key('selector').invalid(selector, emptySelector)
  else checkSelected(selector, template, at)
  checkRestarts(template, at)
}
export function checkSelected(selector: LabelSelector | undefined, template: PodTemplateSpec, at: Path): void {
  // What is wrong with it in particular, its own rules tell.
  if (selector && !isSoundSelector(selector)) return at.key('selector').invalid(selector, 'invalid label selector')
  const { labels } = template.metadata
  if (!selects(selector, labels))
    at.key('template')
      .key('metadata')
      .key('labels')
      .invalid(labels ?? null, '`selector` does not match template `labels`')
}
function checkRestarts({ spec }: PodTemplateSpec, at: Path): void {
  if (spec.restartPolicy && spec.restartPolicy !== 'Always')
    at.key('template').key('spec').key('restartPolicy').unsupported(spec.restartPolicy, ['Always'])
}

/** No count of a status may exceed another one: pairs of a count, its bound, and how upstream calls the bound. */
export function checkCounts<T>(status: T, at: Path, bounds: readonly (readonly [keyof T & string, keyof T & string, string])[]): void {
  for (const [name, bound, words] of bounds) {
    const count = Number(status[name] ?? 0)
    if (count > Number(status[bound] ?? 0)) at.key(name).invalid(count, `cannot be greater than ${words}`)
  }
}

/** A count that names are made from never goes back. */
export function checkNotDecremented(count: number | undefined, before: number | undefined, at: Path): void {
  if (before !== undefined && (count ?? 0) < before) at.invalid(count ?? 0, 'cannot be decremented')
}
