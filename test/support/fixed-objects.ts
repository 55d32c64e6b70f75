/** Objects that are simply there: what a test says is stored. */
import type { Objects } from '#apiserver/resources/objects.ts'
import type { AnyKind } from '#kinds/catalogue.ts'

interface Stored {
  readonly metadata: { readonly name?: string; readonly namespace?: string }
}
/** Each object stands beside its kind; incomplete ones will do. */
export function fixedObjects(...rows: readonly (readonly [AnyKind, ...Stored[]])[]): Objects {
  const of = (kind: unknown) => rows.filter(([known]) => known === kind).flatMap(([, ...objects]) => objects)
  const found = {
    get: (kind: unknown, ref: { readonly namespace?: string; readonly name: string }) =>
      Promise.resolve(of(kind).find(({ metadata }) => metadata.name === ref.name && (metadata.namespace ?? '') === (ref.namespace ?? ''))),
    list: (kind: unknown, namespace?: string) =>
      Promise.resolve(of(kind).filter(({ metadata }) => !namespace || metadata.namespace === namespace)),
  }
  return found as unknown as Objects
}
