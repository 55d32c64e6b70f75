/** Which nodes have which images, as their status tells. Upstream: scheduler, backend/cache. */
import type { Node } from '#kinds/core/node.ts'

export interface Image {
  /** As the node says that told of it first. */
  readonly bytes: number
  /** Names of the nodes that have it. */
  readonly nodes: ReadonlySet<string>
}
/** Finds an image by a name of it; undefined when no node has it. */
export type FindImage = (name: string) => Image | undefined

export class Images {
  readonly #byName = new Map<string, Image & { readonly nodes: Set<string> }>()

  readonly find: FindImage = name => this.#byName.get(name)

  /** A node has come, changed or gone. */
  change({ before, after }: { readonly before?: Node; readonly after?: Node }): void {
    if (before) this.#leave(before)
    if (after) this.#join(after)
  }
  #join({ metadata, status }: Node): void {
    for (const { names = [], sizeBytes = 0 } of status?.images ?? [])
      for (const name of names) {
        const known = this.#byName.get(name)
        if (known) known.nodes.add(metadata.name as string)
        else this.#byName.set(name, { bytes: sizeBytes, nodes: new Set([metadata.name as string]) })
      }
  }
  #leave({ metadata, status }: Node): void {
    for (const { names = [] } of status?.images ?? [])
      for (const name of names) {
        const nodes = this.#byName.get(name)?.nodes
        nodes?.delete(metadata.name as string)
        if (nodes?.size === 0) this.#byName.delete(name)
      }
  }
}
