/** The network of a further node: a namespace of its own, linked to the machine's, with routes to the pods of both sides. */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { inNetwork, run } from '#base/processes.ts'
import { linkNames } from './links.ts'
import { mountsBelow } from './leftovers.ts'
import { nodeLink } from './names.ts'

export interface NodeNetwork {
  readonly cluster: string
  /** 2 and up. */
  readonly number: number
  /** The addresses of the two ends of the link. */
  readonly addresses: { readonly machine: string; readonly node: string }
  /** The pods of the node. */
  readonly podCidr: string
  /** The file that holds the namespace open. */
  readonly file: string
}
/** The node's end of the link. */
const INNER = 'eth0'

/** Makes the namespace unless it is there: it lasts until its file is unmounted or the machine starts anew. Throws ProgramFailed. */
export async function openNamespace(file: string): Promise<void> {
  if (mountsBelow(dirname(file), readFileSync('/proc/self/mounts', 'utf8')).some(({ path }) => path === file)) return
  mkdirSync(dirname(file), { recursive: true, mode: 0o711 })
  if (!existsSync(file)) closeSync(openSync(file, 'w', 0o600))
  await run(['unshare', `--net=${file}`, 'true'])
}

/** Puts namespace, link, addresses and routes in place; again it changes nothing. Throws ProgramFailed. */
export async function prepareNodeNetwork({ cluster, number, addresses: { machine, node }, podCidr, file }: NodeNetwork): Promise<void> {
  await openNamespace(file)
  const link = nodeLink(cluster, number)
  await batch([
    ...(linkNames().includes(link) ? [] : [`link add ${link} type veth peer name ${INNER} netns ${file}`]),
    `address replace ${machine}/32 dev ${link}`,
    `link set ${link} up`,
    `route replace ${node}/32 dev ${link} src ${machine}`,
    `route replace ${podCidr} via ${node} dev ${link} onlink`,
  ])
  const within = [
    'link set lo up',
    `address replace ${node}/32 dev ${INNER}`,
    `link set ${INNER} up`,
    `route replace ${machine}/32 dev ${INNER} src ${node}`,
    `route replace default via ${machine} dev ${INNER} onlink`,
  ]
  await batch(within, file)
}
const batch = (commands: readonly string[], file?: string): Promise<string> => {
  const command = ['ip', '-batch', '-']
  return run(file === undefined ? command : inNetwork(file, command), { input: Buffer.from(`${commands.join('\n')}\n`) })
}
