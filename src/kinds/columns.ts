/** Columns and cells that many kinds print. Upstream: pkg/printers/internalversion/printers.go. */
import { humanDuration } from '#base/human-duration.ts'
import type { Cell } from './declare.ts'
import type { ObjectMeta } from './meta/object-meta.ts'

/** How long ago a time was: `5m`, `3d4h`; `<unknown>` when there is none. */
export const since = (time: string | undefined, nowMs: number): string => (time ? humanDuration(nowMs - Date.parse(time)) : '<unknown>')
/** The age of an object. */
export const age = ({ metadata }: { readonly metadata: ObjectMeta }, nowMs: number): Cell => since(metadata.creationTimestamp, nowMs)

/** The moment of creation. */
export const createdAt = ({ metadata }: { readonly metadata: ObjectMeta }): Cell => metadata.creationTimestamp ?? '<unknown>'

interface Containers {
  readonly spec?: { readonly containers?: readonly { readonly name: string; readonly image?: string }[] }
}
export const containerNames = (template: Containers | undefined): string =>
  template?.spec?.containers?.map(({ name }) => name).join(',') ?? ''
export const imageNames = (template: Containers | undefined): string =>
  template?.spec?.containers?.map(({ image = '' }) => image).join(',') ?? ''
