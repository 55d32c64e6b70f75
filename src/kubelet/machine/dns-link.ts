/** The link that carries the cluster DNS address, so that pods and the machine itself reach it without any rule. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { run } from '#base/processes.ts'

/** A link's name has 15 bytes at most (IFNAMSIZ in linux/if.h). */
const SUFFIX_MAX = 12

export const dnsLink = (cluster: string): string =>
  `kd-${cluster.length <= SUFFIX_MAX ? cluster : createHash('sha256').update(cluster).digest('hex').slice(0, SUFFIX_MAX)}`
export const hasLink = (name: string): boolean => existsSync(`/sys/class/net/${name}`)

/** Puts the address on a bridge that nothing is connected to: any kernel that can run pods has those. Again it changes nothing. Throws ProgramFailed. */
export async function prepareDnsLink({ cluster, address }: { readonly cluster: string; readonly address: string }): Promise<void> {
  const link = dnsLink(cluster)
  const prefix = `${address}/${address.includes(':') ? 128 : 32}`
  const commands = [
    ...(hasLink(link) ? [] : [`link add ${link} type bridge`]),
    `address replace ${prefix} dev ${link}`,
    `link set ${link} up`,
  ]
  await run(['ip', '-batch', '-'], { input: Buffer.from(`${commands.join('\n')}\n`) })
}
/** Takes the address from the machine again. Throws ProgramFailed. */
export async function removeDnsLink(cluster: string): Promise<void> {
  if (hasLink(dnsLink(cluster))) await run(['ip', 'link', 'delete', dnsLink(cluster)])
}
