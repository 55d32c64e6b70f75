/** What a check of the Pod Security Standards is, and the words in which checks speak. */
import type { Container, EphemeralContainer } from '#kinds/core/container.ts'
import type { PodSpec } from '#kinds/core/pod-spec.ts'

export interface Subject {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> }
  readonly spec: PodSpec
}
/** Why a pod is not allowed; the detail follows in parentheses. */
export interface Violation {
  readonly reason: string
  readonly detail: string
}
export interface Check {
  /** Checks are reported in the order of their ids, baseline before restricted. */
  readonly id: string
  readonly level: 'baseline' | 'restricted'
  /** The minor version from which on this form of the check holds, up to the next form of the same id. */
  readonly since: number
  /** The baseline check that this restricted one makes superfluous. */
  readonly overrides?: string
  readonly test: (subject: Subject) => Violation | undefined
}

export type AnyContainer = Container | EphemeralContainer
export const containers = ({ spec }: Subject): readonly AnyContainer[] => [
  ...(spec.initContainers ?? []),
  ...(spec.containers ?? []),
  ...(spec.ephemeralContainers ?? []),
]
export const namesOf = (bad: readonly AnyContainer[]): string[] => bad.map(({ name }) => name)

export const quoted = (items: readonly string[]): string => `"${items.join('", "')}"`
export const plural = (one: string, many: string, count: number): string => (count === 1 ? one : many)
export const listed = (names: readonly string[]): string => `${plural('container', 'containers', names.length)} ${quoted(names)}`
/** Each once, in order. */
export const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort()

/** `pod and container "x"`: who sets something; empty when nobody does. */
export const setters = (isPod: boolean, names: readonly string[]): string =>
  [...(isPod ? ['pod'] : []), ...(names.length ? [listed(names)] : [])].join(' and ')

export const isWindows = ({ spec }: Subject): boolean => spec.os?.name === 'windows'
/** Root inside a user namespace is nobody outside (KEP-127). */
export const hasOwnUsers = ({ spec }: Subject): boolean => spec.hostUsers === false
export const unless =
  (exempt: (subject: Subject) => boolean, test: Check['test']): Check['test'] =>
  subject =>
    exempt(subject) ? undefined : test(subject)
