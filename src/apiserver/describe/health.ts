/** Health: whether the server lives (/livez), is ready (/readyz), and both at once as it used to be asked (/healthz). */
import { quote } from '#base/quote.ts'
import type { BytesResult } from '../result.ts'
import type { Route } from '../route.ts'

export interface HealthCheck {
  /** `etcd`, `informer-sync`, `poststarthook/rbac/bootstrap-roles` */
  readonly name: string
  /** Under which roots it counts. */
  readonly of: readonly ('livez' | 'readyz' | 'healthz')[]
  /** Undefined when all is well, else what is wrong; only shown to those who ask for this very check. */
  readonly check: () => string | undefined | Promise<string | undefined>
}
/** Passes whenever the server can answer at all. */
export const ping: HealthCheck = { name: 'ping', of: ['livez', 'readyz', 'healthz'], check: () => undefined }

export const healthRoute =
  (checks: readonly HealthCheck[]): Route =>
  async ({ target, incoming }) => {
    const match = /^\/(livez|readyz|healthz)(?:\/(.*))?$/.exec(target.path)
    if (!match) return undefined
    const root = match[1] as HealthCheck['of'][number]
    const own = checks.filter(({ of }) => of.includes(root))
    if (!match[2]) return all(root, own, incoming.query)
    const one = own.find(({ name }) => name === match[2])
    if (!one) return undefined
    const wrong = await one.check()
    return wrong === undefined ? text(200, 'ok') : text(500, `internal server error: ${wrong}\n`)
  }

async function all(root: string, checks: readonly HealthCheck[], query: URLSearchParams): Promise<BytesResult> {
  const excluded = new Set(query.getAll('exclude').flatMap(value => value.split(',')))
  const results = await Promise.all(
    checks.map(async ({ name, check }) => {
      if (excluded.delete(name)) return { line: `[+]${name} excluded: ok\n`, isGood: true }
      const isGood = (await check()) === undefined
      return { line: isGood ? `[+]${name} ok\n` : `[-]${name} failed: reason withheld\n`, isGood }
    }),
  )
  const lines = results.map(({ line }) => line)
  if (excluded.size)
    lines.push(`warn: some health checks cannot be excluded: no matches for ${[...excluded].sort().map(quote).join(', ')}\n`)
  if (results.some(({ isGood }) => !isGood)) return text(500, `${lines.join('')}${root} check failed\n`)
  return text(200, query.has('verbose') ? `${lines.join('')}${root} check passed\n` : 'ok')
}
const text = (code: number, body: string): BytesResult => ({
  form: 'bytes',
  code,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body,
})
