/** The link that carries the cluster DNS address, so that pods and the node itself reach it without any rule. */
import { run } from '#base/processes.ts'
import { linkNames } from './links.ts'
import { dnsLink } from './names.ts'

/** Puts the address on a bridge that nothing is connected to: any kernel that can run pods has those. Again it changes nothing. Throws ProgramFailed. */
export async function prepareDnsLink({ cluster, address }: { readonly cluster: string; readonly address: string }): Promise<void> {
  const link = dnsLink(cluster)
  const prefix = `${address}/${address.includes(':') ? 128 : 32}`
  const commands = [
    ...(linkNames().includes(link) ? [] : [`link add ${link} type bridge`]),
    // Nobody else is on the link; asking around would keep the address from being listened on for a second.
    `address replace ${prefix} dev ${link}${address.includes(':') ? ' nodad' : ''}`,
    `link set ${link} up`,
  ]
  await run(['ip', '-batch', '-'], { input: Buffer.from(`${commands.join('\n')}\n`) })
}
/** Takes the address from the machine again. Throws ProgramFailed. */
export async function removeDnsLink(cluster: string): Promise<void> {
  if (linkNames().includes(dnsLink(cluster))) await run(['ip', 'link', 'delete', dnsLink(cluster)])
}
