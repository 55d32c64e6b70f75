/** What to do about static pods: which start and end as manifests change, and which mirror pods are made and removed. Pure. */
import type { Pod } from '#kinds/core/pod.ts'
import { HASH, MIRROR } from './manifest.ts'

/** A static pod that runs here. */
export interface Held {
  readonly pod: Pod
  /** Set when it was told to go and has not gone yet. */
  readonly isEnding: boolean
}
export const fullName = ({ metadata }: Pod): string => `${metadata.namespace}/${metadata.name}`

/** A name can be had once: the first file has it. */
export function firstOfName(found: readonly { readonly file: string; readonly pod: Pod }[]): {
  readonly pods: readonly Pod[]
  readonly late: readonly { readonly file: string; readonly first: string }[]
} {
  const byName = new Map<string, { readonly file: string; readonly pod: Pod }>()
  const late: { readonly file: string; readonly first: string }[] = []
  for (const one of found.toSorted((a, b) => (a.file < b.file ? -1 : 1))) {
    const first = byName.get(fullName(one.pod))
    if (first) late.push({ file: one.file, first: first.file })
    else byName.set(fullName(one.pod), one)
  }
  return { pods: [...byName.values()].map(({ pod }) => pod), late }
}

/** What begins waits for what of the same name has to end. */
export function podsPlan(held: readonly Held[], wanted: readonly Pod[]): { readonly start: readonly Pod[]; readonly end: readonly Pod[] } {
  const names = new Set(held.map(({ pod }) => fullName(pod)))
  const uids = new Set(wanted.map(({ metadata }) => metadata.uid))
  return {
    start: wanted.filter(pod => !names.has(fullName(pod))),
    end: held.filter(({ pod, isEnding }) => !isEnding && !uids.has(pod.metadata.uid)).map(({ pod }) => pod),
  }
}

/** A mirror that is being deleted, or that shows an earlier pod (`retired`, by UID, or of another hash), goes at once and is made anew. One whose pod ends stays as long as there is something to show. */
export function mirrorsPlan(
  held: readonly Held[],
  { mirrors, retired }: { readonly mirrors: readonly Pod[]; readonly retired: ReadonlySet<string> },
): { readonly create: readonly Pod[]; readonly remove: readonly Pod[] } {
  const isRight = (mirror: Pod) =>
    !mirror.metadata.deletionTimestamp && !retired.has(mirror.metadata.uid ?? '') && held.some(({ pod }) => isMirrorOf(mirror, pod))
  const taken = new Set(mirrors.map(fullName))
  return {
    create: held.filter(({ pod, isEnding }) => !isEnding && !taken.has(fullName(pod))).map(({ pod }) => pod),
    remove: mirrors.filter(mirror => !isRight(mirror)),
  }
}
export const isMirrorOf = (mirror: Pod, pod: Pod): boolean =>
  fullName(mirror) === fullName(pod) && mirror.metadata.annotations?.[MIRROR] === pod.metadata.annotations?.[HASH]
