/** Under which subresources of the node a path of the kubelet may be allowed, any one of them being enough. Pure. Reference: "Kubelet authentication/authorization". */

const ONLY: Readonly<Record<string, string>> = { stats: 'stats', metrics: 'metrics', logs: 'log', checkpoint: 'checkpoint' }
/** Finer than `proxy`, which allows nearly everything, and so asked first. KEP-2862. */
const FINER: Readonly<Record<string, string>> = { pods: 'pods', runningpods: 'pods', healthz: 'healthz', configz: 'configz' }

export function subresourcesOf(path: string): readonly string[] {
  const endpoint = path.split('/')[1] ?? ''
  const only = Object.hasOwn(ONLY, endpoint) ? ONLY[endpoint] : undefined
  if (only !== undefined) return [only]
  const finer = Object.hasOwn(FINER, endpoint) ? FINER[endpoint] : undefined
  return finer === undefined ? ['proxy'] : [finer, 'proxy']
}

/** The API's verb for a method of HTTP. */
export const verbOf = (method: string | undefined): string => VERBS[method ?? ''] ?? ''
const VERBS: Readonly<Record<string, string>> = { GET: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }
