/** Read access to the served objects, for those parts of the API server that decide by them (RBAC, admission, tokens). */
import type { KindClass } from '#kinds/declare.ts'

/** Reads from the watch cache: never older than the last write that this server acknowledged. Objects are frozen. */
export interface Objects {
  get<T>(kind: KindClass<T>, ref: { readonly namespace?: string; readonly name: string }): Promise<T | undefined>
  list<T>(kind: KindClass<T>, namespace?: string): Promise<readonly T[]>
}
