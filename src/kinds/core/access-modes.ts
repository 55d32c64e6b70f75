/** Access modes of volumes: what holds for them, and how tables abbreviate them. */
import type { Path } from '#schema/vocabulary.ts'

const SHORT = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
] as const

export const accessModesText = (modes: readonly string[] = []): string =>
  SHORT.filter(([mode]) => modes.includes(mode))
    .map(([, short]) => short)
    .join(',')

/** In alphabetical order, as upstream tells them. */
export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'] as const

export function checkAccessModes(modes: readonly string[], at: Path): void {
  for (const mode of modes) if (!ACCESS_MODES.some(known => known === mode)) at.unsupported(mode, ACCESS_MODES)
  const isShared = modes.some(mode => mode !== 'ReadWriteOncePod' && ACCESS_MODES.some(known => known === mode))
  if (modes.includes('ReadWriteOncePod') && isShared) at.forbidden('may not use ReadWriteOncePod with other access modes')
}

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class'
interface Classed {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> }
  readonly spec: { readonly storageClassName?: string }
}
/** The storage class of a claim or volume: the annotation from before the field existed goes first. */
export const storageClassOf = ({ metadata, spec }: Classed): string =>
  metadata.annotations?.[CLASS_ANNOTATION] ?? spec.storageClassName ?? ''
