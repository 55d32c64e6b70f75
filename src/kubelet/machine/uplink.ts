/** The links over which this machine reaches the rest of the world. */
import { run } from '#base/processes.ts'

/** How long packets may be on all of them: no pod's may be longer, or each connection would first have to find that out. Undefined when there is none. Throws ProgramFailed. */
export async function uplinkMtu(): Promise<number | undefined> {
  const routes = await Promise.all(['-4', '-6'].map(family => asked<{ readonly dev?: string }>(family, 'route', 'show', 'default')))
  const uplinks = new Set(routes.flat().map(({ dev }) => dev))
  const links = await asked<{ readonly ifname: string; readonly mtu: number }>('link', 'show')
  return links
    .filter(({ ifname }) => uplinks.has(ifname))
    .map(({ mtu }) => mtu)
    .toSorted((a, b) => a - b)[0]
}
const asked = async <T>(...words: readonly string[]): Promise<readonly T[]> =>
  JSON.parse((await run(['ip', '-json', ...words])).trim() || '[]') as readonly T[]
