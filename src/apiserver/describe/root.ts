/** The list of all paths, under `/`. */
import { valueResult } from '../result.ts'
import type { Route } from '../route.ts'
import type { Groups } from './discovery-route.ts'

/** `others`: paths beside the API groups, as the server has them. */
export const rootRoute =
  (registry: Groups, others: readonly string[]): Route =>
  async ({ target }) => {
    if (target.path !== '/' && target.path !== '') return undefined
    const groups = await registry.groups()
    const paths = groups.flatMap(({ group, versions }) => {
      const root = group ? `/apis/${group}` : '/api'
      return [root, ...versions.map(({ version }) => `${root}/${version}`)]
    })
    return valueResult({ paths: [...paths, '/apis', '/apis/', ...others].sort() })
  }
