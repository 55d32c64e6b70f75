/** Rules for labels and annotations, wherever they stand. */
import type { Path } from '#schema/vocabulary.ts'
import { isLabelValue, isQualifiedName } from './names.ts'

/** So that one object's notes cannot fill the store: names and values together. */
export const ANNOTATIONS_MAX_BYTES = 256 * 1024

type Strings = Readonly<Record<string, string>>

export function checkLabelName(name: string, at: Path): void {
  const wrong = isQualifiedName(name)
  if (wrong) at.invalid(name, wrong)
}
export function checkLabels(labels: Strings, at: Path): void {
  for (const [name, value] of Object.entries(labels)) {
    checkLabelName(name, at)
    const wrong = isLabelValue(value)
    if (wrong) at.invalid(value, wrong)
  }
}
export function checkAnnotations(annotations: Strings, at: Path): void {
  let bytes = 0
  for (const [name, value] of Object.entries(annotations)) {
    const wrong = isQualifiedName(name.toLowerCase())
    if (wrong) at.invalid(name, wrong)
    bytes += byteLength(name) + byteLength(value)
  }
  if (bytes > ANNOTATIONS_MAX_BYTES) at.tooLong(ANNOTATIONS_MAX_BYTES)
}
const encoder = new TextEncoder()
/** UTF-8 bytes of a text. */
export const byteLength = (text: string): number => encoder.encode(text).length
