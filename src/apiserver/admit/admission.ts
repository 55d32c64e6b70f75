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
  // `any`: plugins narrow it to the kind that they know
  readonly draft: any
  /** The stored object; undefined on creation. */
  // `any`: as above
  readonly before: any
  readonly dryRun: boolean
  readonly objects: Objects
  /** Milliseconds since the epoch. */
  readonly now: number
  warn(message: string): void
}
/** How a write ended: the object is stored, is gone for good, or nothing came of it. A dry run comes to nothing. */
export type Ending = 'stored' | 'gone' | 'failed'
/** Told once how the write ended; what it throws is the request's failure. */
export type Settlement = (ending: Ending) => Promise<void>

export interface AdmissionPlugin {
  /** Upstream's name: `NamespaceLifecycle`. */
  readonly name: string
  /**
   * Whether a request is any of its business; absent: each is. Of most it is not, and then none of the plugin's steps is taken.
   * All plugins are asked before the first of a step runs: what it looks at must not be what another one writes in that step.
   */
  concerns?(admission: Admission): boolean
  mutate?(admission: Admission): Promise<void> | void
  /**
   * Takes what only one object may have and writes it into the draft, when the draft is prepared and before it is checked.
   * The settlement gives back what is not needed after all. On deletion it may only ask to be told of the end. Throws Refusal.
   */
  reserve?(admission: Admission): Promise<Settlement | undefined> | Settlement | undefined
  /** Throws Refusal. May ask to be told how the write ended. */
  validate?(admission: Admission): Promise<Settlement | undefined | void> | Settlement | undefined | void
}
