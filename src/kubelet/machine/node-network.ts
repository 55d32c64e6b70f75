/** The network of a further node: a namespace of its own, linked to the machine's, with routes to the pods of both sides. */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { inNetwork, run } from '#base/processes.ts'
import { linkNames } from './links.ts'
import { mountsBelow } from './leftovers.ts'
import { nodeLink } from './names.ts'
import { uplinkMtu } from './uplink.ts'

export interface NodeNetwork {
  readonly cluster: string
  /** 2 and up. */
  readonly number: number
  readonly ways: readonly Way[]
  /** The file that holds the namespace open. */
  readonly file: string
}
/** Between the machine and the node, in one family. */
export interface Way {
  /** The address of the machine's end of the link. */
  readonly machine: string
  /** By which the machine is known as a node; it may have none. */
  readonly known?: string | undefined
  /** The address of the node's end of the link. */
  readonly node: string
  /** The pods of the node. */
  readonly pods: string
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
export async function prepareNodeNetwork({ cluster, number, ways, file }: NodeNetwork): Promise<void> {
  await openNamespace(file)
  const link = nodeLink(cluster, number)
  const mtu = await uplinkMtu()
  const fitted = (name: string) => (mtu ? [`link set ${name} mtu ${mtu}`] : [])
  await batch([
    ...(linkNames().includes(link) ? [] : [`link add ${link} type veth peer name ${INNER} netns ${file}`]),
    ...ways.map(({ machine }) => `address replace ${alone(machine)} dev ${link} nodad`),
    ...fitted(link),
    `link set ${link} up`,
    ...ways.flatMap(way => routesThere(way, link)),
  ])
  const within = [
    'link set lo up',
    ...ways.map(({ node }) => `address replace ${alone(node)} dev ${INNER} nodad`),
    ...fitted(INNER),
    `link set ${INNER} up`,
    ...ways.flatMap(({ machine, node }) => [
      `route replace ${alone(machine)} dev ${INNER} src ${node}`,
      `route replace ${machine.includes(':') ? '::/0' : '0.0.0.0/0'} via ${machine} dev ${INNER} onlink`,
    ]),
  ]
  await batch(within, file)
}
/**
 * The machine's own traffic to the node and its pods comes from the address by which it is known, as it does from nodes that are machines.
 * The kernel forgets such routes when the machine loses that address: others stand behind them.
 */
export function routesThere({ machine, known = machine, node, pods }: Way, link: string): readonly string[] {
  const routes = (rest: string) => [`${alone(node)} dev ${link} ${rest}`, `${pods} via ${node} dev ${link} onlink ${rest}`]
  return [...routes(`src ${known}`), ...routes(`src ${machine} metric ${BEHIND}`)].map(route => `route replace ${route}`)
}
/** More than the kernel's default, which is 1024 for IPv6. */
const BEHIND = 2_048

/** As a range of one. Nobody else has it on a link of two ends: `nodad` spares the second in which it could not be used. */
const alone = (address: string): string => `${address}/${address.includes(':') ? 128 : 32}`
const batch = (commands: readonly string[], file?: string): Promise<string> => {
  const command = ['ip', '-batch', '-']
  return run(file === undefined ? command : inNetwork(file, command), { input: Buffer.from(`${commands.join('\n')}\n`) })
}
