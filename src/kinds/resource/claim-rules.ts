/** What must hold for the requests of a claim. Upstream: pkg/apis/resource/validation. */
import type { Path } from '#schema/vocabulary.ts'

/** So that allocating one claim stays quick. */
const REQUESTS_MAX = 32
const ALTERNATIVES_MAX = 8

interface Amount {
  readonly allocationMode: 'ExactCount' | 'All'
  readonly count?: number
}
export function checkAmount({ allocationMode, count = 0 }: Amount, at: Path): void {
  if (allocationMode === 'All' && count !== 0) at.key('count').invalid(count, "must not be specified when allocationMode is 'All'")
  if (allocationMode === 'ExactCount' && count <= 0) at.key('count').invalid(count, 'must be greater than zero')
}

interface Request {
  readonly name: string
  readonly exactly?: object
  readonly firstAvailable?: readonly { readonly name: string }[]
}
export function checkRequest({ exactly, firstAvailable = [] }: Request, at: Path): void {
  if (!exactly && !firstAvailable.length) at.required('exactly one of `exactly` or `firstAvailable` is required')
  if (exactly && firstAvailable.length) at.invalid('', 'exactly one of `exactly` or `firstAvailable` is required')
  if (firstAvailable.length > ALTERNATIVES_MAX) at.key('firstAvailable').tooMany(firstAvailable.length, ALTERNATIVES_MAX)
  reportDuplicates(firstAvailable, at.key('firstAvailable'))
}

interface Claim {
  readonly requests: readonly Request[] | null
  readonly constraints?: readonly { readonly requests?: readonly string[] }[]
  readonly config?: readonly { readonly requests?: readonly string[] }[]
}
export function checkClaim({ requests: given, constraints = [], config = [] }: Claim, at: Path): void {
  const requests = given ?? []
  if (requests.length > REQUESTS_MAX) at.key('requests').tooMany(requests.length, REQUESTS_MAX)
  reportDuplicates(requests, at.key('requests'))
  const names = new Set(requests.flatMap(({ name, firstAvailable = [] }) => [name, ...firstAvailable.map(one => `${name}/${one.name}`)]))
  for (const [part, entries] of Object.entries({ constraints, config }))
    for (const [i, entry] of entries.entries())
      for (const [j, name] of (entry.requests ?? []).entries())
        if (!names.has(name))
          at.key(part)
            .index(i)
            .key('requests')
            .index(j)
            .invalid(name, "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'")
}
function reportDuplicates(items: readonly { readonly name: string }[], at: Path): void {
  const names = items.map(({ name }) => name)
  for (const [i, name] of names.entries()) if (names.indexOf(name) !== i) at.index(i).key('name').duplicate(name)
}
