/** Items that are just being written: when the store tells of them, their values need not be read from their bytes again. */
import type { Item } from './item.ts'

export interface Writing extends Disposable {
  /** What is being written; throws before it is known. */
  readonly item: Item
  /** Says what is written, should the store take it at this revision; the last word counts. */
  as(item: Item): Item
}

export class Expected {
  /** By their bytes, which the store hands on as they are. */
  readonly #items = new Map<Uint8Array, Item>()

  /** Dispose it when the store has told of the write, or refused it. */
  begin(key: string): Writing {
    const items = this.#items
    let written: Item | undefined
    const forget = () => void (written && items.delete(written.bytes))
    return {
      get item() {
        if (!written) throw new Error(`write "${key}": the store did not ask for the value`)
        return written
      },
      as: item => {
        forget()
        written = item
        items.set(item.bytes, item)
        return item
      },
      [Symbol.dispose]: forget,
    }
  }
  /** The item that was written as these bytes, at this revision. */
  find(bytes: Uint8Array, revision: number): Item | undefined {
    const item = this.#items.get(bytes)
    return item?.revision === revision ? item : undefined
  }
}
