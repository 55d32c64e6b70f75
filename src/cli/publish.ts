/** Ports of the machine that lead to services: published and taken back while the cluster runs. */
import { parsePublishedPort, type PublishedPort, targetText } from '#kinds/core/service/published.ts'
import type { ClusterFolder } from './cluster.ts'
import { CommandFailure } from './failure.ts'
import type { Host } from './host.ts'

export interface PublishOptions {
  /** `8080:service/web:80` */
  readonly publish?: readonly string[]
  readonly unpublish?: readonly number[]
}

/** Throws CommandFailure when a text is no published port, or this cluster cannot have any. */
export function portsToPublish(host: Host, { publish = [], unpublish = [] }: PublishOptions): readonly PublishedPort[] {
  if (publish.length + unpublish.length > 0 && !host.isRoot)
    throw new CommandFailure('publish ports: simulated nodes run no containers that could be reached; start the cluster as root')
  return publish.map(text => {
    const parsed = parsePublishedPort(text)
    if (!parsed)
      throw new CommandFailure(
        `publish "${text}": not PORT:service/[NAMESPACE/]NAME:PORT, like "8080:service/web:80" or "8080:service/shop/web:http"`,
      )
    return parsed
  })
}

/** The cluster must run. Throws CommandFailure when somebody else has a port; nothing is published then. */
export async function publish(
  host: Host,
  folder: ClusterFolder,
  { ports, unpublish = [] }: { readonly ports: readonly PublishedPort[]; readonly unpublish?: readonly number[] | undefined },
): Promise<void> {
  if (ports.length + unpublish.length === 0) return
  const known = await host.publishedPorts(folder)
  for (const port of unpublish)
    if (!(port in known)) throw new CommandFailure(`unpublish port ${port}: it is not published; ${listing(known)}`)
  for (const { port } of ports)
    if (!(port in known) && !(await host.isPortFree(port)))
      throw new CommandFailure(`publish port ${port}: taken by another process; choose another one, or end that process`)
  await host.publishPorts(folder, {
    ...Object.fromEntries(unpublish.map(port => [port, null])),
    ...Object.fromEntries(ports.map(each => [each.port, targetText(each)])),
  })
  for (const each of ports) host.output.write(`Port ${each.port} of this machine leads to ${targetText(each)}.\n`)
  for (const port of unpublish) host.output.write(`Port ${port} is not published any more.\n`)
}
const listing = (known: Readonly<Record<string, string>>): string => {
  const ports = Object.keys(known)
  return ports.length ? `published are ${ports.join(', ')}` : 'no port is'
}
