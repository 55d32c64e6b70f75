/** Semantic versions, and their order. Reference: semver 2.0.0. */
export interface Version {
  readonly numbers: readonly [major: bigint, minor: bigint, patch: bigint]
  readonly prerelease: readonly string[]
}
const NUMBER = '(0|[1-9]\\d*)'
const PART = '(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)'
const FORM = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-(${PART}(?:\\.${PART})*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`)

/** Nothing when it is none. */
export function parseVersion(text: string): Version | undefined {
  const found = FORM.exec(text)
  if (!found) return undefined
  const [, major = '', minor = '', patch = '', prerelease] = found
  return { numbers: [BigInt(major), BigInt(minor), BigInt(patch)], prerelease: prerelease?.split('.') ?? [] }
}

/** Below zero when the first is older. What comes before a release is older than it; build notes do not count. */
export function compareVersions(a: Version, b: Version): number {
  for (const [i, number] of a.numbers.entries()) {
    const order = compareNumbers(number, b.numbers[i] as bigint)
    if (order) return order
  }
  if (!a.prerelease.length || !b.prerelease.length) return Math.sign(b.prerelease.length - a.prerelease.length)
  for (const [i, part] of a.prerelease.entries()) {
    const other = b.prerelease[i]
    if (other === undefined) return 1
    const order = compareParts(part, other)
    if (order) return order
  }
  return a.prerelease.length < b.prerelease.length ? -1 : 0
}
const compareNumbers = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0)
const isNumber = (part: string) => /^\d+$/.test(part)
function compareParts(a: string, b: string): number {
  if (isNumber(a) && isNumber(b)) return compareNumbers(BigInt(a), BigInt(b))
  if (isNumber(a) !== isNumber(b)) return isNumber(a) ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}
