/** Users of a pod's own: which of the machine's ids stand for those in the pod. What is taken stands in the folders of the pods, and so goes with them. KEP-127. */
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigProblem } from '../runtime/environment.ts'

/** As many as a pod has; blocks begin at their multiples, and the first is the machine's own. */
const IDS_PER_POD = 65_536
const FILE = 'userns'

export interface IdMapping {
  readonly hostId: number
  readonly containerId: number
  readonly length: number
}
/** One mapping of users and one of groups, which are alike. */
export type UserMapping = readonly [IdMapping]

export class UserNamespaces {
  readonly #podsFolder: string
  readonly #podsMax: number
  #last: Promise<unknown> = Promise.resolve()

  constructor({ podsFolder, podsMax }: { readonly podsFolder: string; readonly podsMax: number }) {
    this.#podsFolder = podsFolder
    this.#podsMax = podsMax
  }

  /** What the pod has, and always had; a free block when it has none yet. Throws ConfigProblem when there is none. */
  of(uid: string): Promise<UserMapping> {
    // One after the other, so that no two pods find the same block free.
    const found = this.#last.then(async () => (await this.#read(uid)) ?? (await this.#take(uid)))
    this.#last = found.catch(() => undefined)
    return found
  }

  async #take(uid: string): Promise<UserMapping> {
    const mappings = await Promise.all((await readdir(this.#podsFolder)).map(name => this.#read(name)))
    const taken = new Set(mappings.map(mapping => mapping?.[0].hostId))
    const free = Array.from({ length: this.#podsMax }, (_, at) => (at + 1) * IDS_PER_POD).find(hostId => !taken.has(hostId))
    if (free === undefined) throw new ConfigProblem('create user namespace: could not find an empty slot to allocate a user namespace')
    const mapping: UserMapping = [{ hostId: free, containerId: 0, length: IDS_PER_POD }]
    const folder = join(this.#podsFolder, uid)
    await mkdir(folder, { recursive: true, mode: 0o755 })
    // A crash leaves the whole file or none.
    await writeFile(join(folder, `${FILE}.new`), JSON.stringify({ uidMappings: mapping, gidMappings: mapping }), { flush: true })
    await rename(join(folder, `${FILE}.new`), join(folder, FILE))
    return mapping
  }
  async #read(uid: string): Promise<UserMapping | undefined> {
    try {
      return (JSON.parse(await readFile(join(this.#podsFolder, uid, FILE), 'utf8')) as { readonly uidMappings: UserMapping }).uidMappings
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
      throw error
    }
  }
}
