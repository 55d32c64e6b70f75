/** Objects as this server's own parts read them: from the caches, with no request in between. */
import type { KindClass } from '#kinds/declare.ts'
import type { AnyKind } from '#kinds/catalogue.ts'
import type { Objects } from './objects.ts'
import type { Registry } from './registry.ts'

export class ServedObjects implements Objects {
  readonly #registry: Registry
  constructor(registry: Registry) {
    this.#registry = registry
  }
  async get<T>(
    kind: KindClass<T>,
    { namespace = '', name }: { readonly namespace?: string; readonly name: string },
  ): Promise<T | undefined> {
    const resource = this.#registry.of(kind as AnyKind)
    const item = await resource.collection.get(namespace, name)
    return item && (resource.show(item).value as T)
  }
  async list<T>(kind: KindClass<T>, namespace = ''): Promise<readonly T[]> {
    const resource = this.#registry.of(kind as AnyKind)
    return (await resource.collection.list(namespace)).map(item => resource.show(item).value as T)
  }
}
