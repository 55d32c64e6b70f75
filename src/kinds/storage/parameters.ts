/** The parameters that classes hand to a storage driver, and how much they may say. Upstream: pkg/apis/storage/validation. */
import type { Path } from '#schema/vocabulary.ts'

/** So that a class stays a small object. */
const PARAMETERS_MAX = 512
const BYTES_MAX = 256 * 1024

export function checkParameters(parameters: Readonly<Record<string, string>> = {}, at: Path): void {
  const entries = Object.entries(parameters)
  if (entries.length > PARAMETERS_MAX) return at.tooLong(PARAMETERS_MAX)
  let bytes = 0
  for (const [name, value] of entries) {
    if (!name) at.invalid(name, 'field can not be empty.')
    bytes += name.length + value.length
  }
  if (bytes > BYTES_MAX) at.tooLong(BYTES_MAX)
}
