/** What a verb gives: objects that can still be shown in any representation, or an answer that already has its form. */
import type { Connection } from './request.ts'
import type { Item } from './resources/item.ts'
import type { Resource } from './resources/resource.ts'

/** One object of a served resource. */
export interface ObjectResult {
  readonly form: 'object'
  readonly code: number
  readonly resource: Resource
  readonly item: Item
}
export interface ListMetadata {
  readonly resourceVersion: string
  readonly continue?: string
  readonly remainingItemCount?: number
}
export interface ListResult {
  readonly form: 'list'
  readonly code: number
  readonly resource: Resource
  readonly metadata: ListMetadata
  readonly items: readonly Item[]
}
export type WatchType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
/** Shared by all watchers of a resource who see the change in the same way, so that it is encoded once. */
export interface WatchedEvent {
  readonly type: WatchType
  /** Already in the resource's version. Of BOOKMARK and ERROR it is made for the one watcher. */
  readonly item: Item
}
export interface WatchResult {
  readonly form: 'watch'
  readonly resource: Resource
  /** In batches: what came up while the last one was taken. */
  readonly events: AsyncIterable<readonly WatchedEvent[]>
}
/** An object that no resource stores: Status, Scale, reviews, discovery. Frozen by whoever answers with it. */
export interface ValueResult {
  readonly form: 'value'
  readonly code: number
  readonly value: object
  /** The kind, where the object can also be told in protobuf. */
  readonly kind?: Resource['kind']
}
/** A document that has only one representation, such as a log or metrics. */
export interface BytesResult {
  readonly form: 'bytes'
  readonly code: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: Uint8Array | string
}
/** A body that comes piece by piece; the response asks for the next piece when the last one has been taken. */
export interface StreamResult {
  readonly form: 'stream'
  readonly code: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: AsyncIterable<Uint8Array>
}
/** The connection is taken over; whoever takes it writes the response itself. */
export interface UpgradeResult {
  readonly form: 'upgrade'
  readonly take: (connection: Connection) => void
}
export type Result = ObjectResult | ListResult | WatchResult | ValueResult | BytesResult | StreamResult | UpgradeResult

export const objectResult = (resource: Resource, item: Item, code = 200): ObjectResult => ({
  form: 'object',
  code,
  resource,
  item: resource.show(item),
})
export const valueResult = (value: object, code = 200): ValueResult => ({ form: 'value', code, value })
