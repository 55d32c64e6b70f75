/** What an admission plugin is: it may change a draft, then it may refuse it. Plugins run in the order of admit/index.ts. */
import type { AnyKind } from '#kinds/catalogue.ts'
import type { Target, User } from '../request.ts'
import type { Objects } from '../resources/objects.ts'

export interface Admission {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'
  readonly target: Target
  readonly kind: AnyKind
  readonly user: User
  /** The new object, mutable while plugins mutate; undefined on deletion. */
  // biome-ignore lint: plugins narrow it to the kind that they know
  readonly draft: any
  /** The stored object; undefined on creation. */
  // biome-ignore lint: as above
  readonly before: any
  readonly dryRun: boolean
  readonly objects: Objects
  /** Milliseconds since the epoch. */
  readonly now: number
  warn(message: string): void
}
export interface AdmissionPlugin {
  /** Upstream's name: `NamespaceLifecycle`. */
  readonly name: string
  mutate?(admission: Admission): Promise<void> | void
  /** Throws Refusal. */
  validate?(admission: Admission): Promise<void> | void
}
