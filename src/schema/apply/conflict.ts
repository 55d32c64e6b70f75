/** Conflicts of server-side apply, in upstream's words. */
import { compareText } from './element.ts'
import { type FieldSet, pathTexts } from './field-set.ts'
import { type Owners, ownerText } from './managed-fields.ts'

/** One field that somebody else owns; `reason`, `message` and `field` are the cause in Status.details. */
export interface Conflict {
  readonly reason: 'FieldManagerConflict'
  readonly message: string
  /** `.spec.template.spec.containers[name="web"].image` */
  readonly field: string
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly apiVersion: string
  readonly subresource: string
}

export const conflictsOf = (conflicts: ReadonlyMap<string, FieldSet>, owners: Owners): Conflict[] =>
  [...conflicts]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([key, fields]) => {
      const owner = owners.get(key)
      if (!owner) throw new Error(`conflict with an owner that is not there: ${key}`)
      const { manager, operation, apiVersion, subresource } = owner
      const message = `conflict with ${ownerText(owner)}`
      return pathTexts(fields).map(
        field => ({ reason: 'FieldManagerConflict', message, field, manager, operation, apiVersion, subresource }) as const,
      )
    })

export function conflictMessage(conflicts: readonly Conflict[]): string {
  const [only] = conflicts
  if (conflicts.length === 1 && only) return `Apply failed with 1 conflict: ${only.message}: ${only.field}`
  const lines = [...Map.groupBy(conflicts, conflict => conflict.message)].flatMap(([message, same]) => [
    `${message.replace('conflict', 'conflicts')}:`,
    ...same.map(({ field }) => `- ${field}`),
  ])
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`
}
