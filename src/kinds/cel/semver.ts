/** Versions in expressions: `semver("1.2.3").isLessThan(semver("1.10.0"))`. Upstream: apiserver, cel/library/semverlib.go; reference: semver 2.0.0. */
import type { Environment } from '#base/cel/expression.ts'
import { compareVersions, parseVersion, type Version } from '#kinds/meta/semantic-version.ts'

export const SEMVER = 'kubernetes.Semver'
export class CelSemver {
  readonly version: Version
  constructor(version: Version) {
    this.version = version
  }
}
/** `isLoose`: with a leading v, without minor or patch, with leading zeros. Throws Error when it is none. */
export function semverOf(text: string, isLoose = false): CelSemver {
  const version = parseVersion(isLoose ? normalized(text) : text)
  if (!version) throw new Error(`"${text}" is not a semantic version`)
  return new CelSemver(version)
}
function normalized(text: string): string {
  const [, core = '', rest = ''] = /^v?([\d.]*)(.*)$/s.exec(text) ?? []
  const numbers = core.split('.').map(number => number.replace(/^0+(?=\d)/, ''))
  while (numbers.length < 3) numbers.push('0')
  return numbers.join('.') + rest
}
const isSemver = (text: string, isLoose = false) => parseVersion(isLoose ? normalized(text) : text) !== undefined

type S = CelSemver
const compare = (a: S, b: S) => compareVersions(a.version, b.version)
export const registerSemver = (made: Environment): unknown =>
  made
    .registerType(SEMVER, CelSemver)
    .registerOperator(`${SEMVER} == ${SEMVER}`, (a: S, b: S) => compare(a, b) === 0)
    .registerFunction(`semver(string): ${SEMVER}`, (text: string) => semverOf(text))
    .registerFunction(`semver(string, bool): ${SEMVER}`, semverOf)
    .registerFunction('isSemver(string): bool', (text: string) => isSemver(text))
    .registerFunction('isSemver(string, bool): bool', isSemver)
    .registerFunction(`${SEMVER}.major(): int`, ({ version }: S) => version.numbers[0])
    .registerFunction(`${SEMVER}.minor(): int`, ({ version }: S) => version.numbers[1])
    .registerFunction(`${SEMVER}.patch(): int`, ({ version }: S) => version.numbers[2])
    .registerFunction(`${SEMVER}.isGreaterThan(${SEMVER}): bool`, (a: S, b: S) => compare(a, b) > 0)
    .registerFunction(`${SEMVER}.isLessThan(${SEMVER}): bool`, (a: S, b: S) => compare(a, b) < 0)
    .registerFunction(`${SEMVER}.compareTo(${SEMVER}): int`, (a: S, b: S) => BigInt(compare(a, b)))
