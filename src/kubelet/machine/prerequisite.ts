/** One thing that containers need of the machine, and how to get it. */
export interface Prerequisite {
  readonly name: string
  readonly ok: boolean
  readonly found: string
  readonly cure?: string
  readonly onlyForContainers?: boolean
}
