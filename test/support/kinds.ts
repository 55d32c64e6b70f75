/** Objects made from manifests as a server makes them, and what it says about them: for tables of rules. */
import type { AnyKind } from '#kinds/catalogue.ts'
import { decode } from '#schema/decode.ts'
import { fillDefaults } from '#schema/default.ts'
import { problems } from '#schema/validate.ts'

/** What a test writes: plain JSON, checked when it is decoded. */
export type Manifest = Readonly<Record<string, unknown>>
// `any`: rows reach into objects of all kinds
export type Prepared = any

/** The object of a manifest, decoded strictly and with its defaults. Throws when a field is unknown. */
export function prepared(kind: AnyKind, manifest: Manifest): Prepared {
  const { value, problems: unknown } = decode(kind, { apiVersion: kind.apiVersion, kind: kind.name, ...manifest }, { strictness: 'Strict' })
  if (unknown.length) throw new Error(`${kind.name}: ${unknown.join(', ')}`)
  return fillDefaults(kind, value)
}
/** The causes with which a manifest would be refused: `spec.replicas: Invalid value: -1: must be …`. */
export function causes(kind: AnyKind, manifest: Manifest, before?: Manifest): string[] {
  const stored = before && prepared(kind, before)
  return problems(kind, prepared(kind, manifest), stored).map(({ field, message }) => `${field}: ${message}`)
}
/** The manifest with other values at some paths: `changed(web, { 'spec.replicas': -1 })`; undefined removes a field. */
export function changed(manifest: Manifest, values: Manifest): Manifest {
  const copy = structuredClone(manifest) as Record<string, unknown>
  for (const [path, value] of Object.entries(values)) {
    const steps = path.split('.')
    const last = steps.pop() as string
    let at = copy
    for (const step of steps) at = (at[step] ??= {}) as Record<string, unknown>
    if (value === undefined) delete at[last]
    else at[last] = value
  }
  return copy
}
/** The cells of the columns, wide ones included. */
export const cells = (kind: AnyKind, object: Prepared, now: number): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(kind.options.columns ?? {}).map(([name, column]) => [
      name,
      typeof column === 'function' ? column(object, now) : column.cell(object, now),
    ]),
  )
