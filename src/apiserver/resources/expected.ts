/** Items that are just being written: when the store tells of them, their values need not be read from their bytes again. */
import type { StoredItem } from './item.ts'

export interface Writing extends Disposable {
  /** What is being written; throws before it is known. */
  readonly item: StoredItem
  /** Says what is written, should the store take it at this revision; the last word counts. */
  as(item: StoredItem): StoredItem
}

export class Expected {
  /** By their bytes, which the store hands on as they are. */
  readonly #items = new Map<Uint8Array, StoredItem>()

  /** Dispose it when the store has told of the write, or refused it. */
  begin(key: string): Writing {
    const items = this.#items
    let written: StoredItem | undefined
    // An item does not hold its bytes for good.
    let bytes: Uint8Array | undefined
    const forget = () => void (bytes && items.delete(bytes))
    return {
      get item() {
        if (!written) throw new Error(`write "${key}": the store did not ask for the value`)
        return written
      },
      as: item => {
        forget()
        written = item
        bytes = item.bytes
        items.set(bytes, item)
        return item
      },
      [Symbol.dispose]: forget,
    }
  }
  /** The item that was written as these bytes, at this revision. */
  find(bytes: Uint8Array, revision: number): StoredItem | undefined {
    const item = this.#items.get(bytes)
    return item?.revision === revision ? item : undefined
  }
}
