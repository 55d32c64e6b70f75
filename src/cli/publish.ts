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

/** Throws CommandFailure when a text is no published port, when texts contradict one another, or when this cluster cannot have any. */
export function portsToPublish(host: Host, { publish = [], unpublish = [] }: PublishOptions): readonly PublishedPort[] {
  if (publish.length + unpublish.length > 0 && !host.isRoot)
    throw new CommandFailure('publish ports: simulated nodes run no containers that could be reached; start the cluster as root')
  const ports = publish.map(text => {
    const parsed = parsePublishedPort(text)
    if (!parsed) throw new CommandFailure(`publish "${text}": ${whatIsWrong(text)}`)
    return parsed
  })
  for (const [i, each] of ports.entries()) {
    const other = ports.findIndex(({ port }) => port === each.port)
    if (other < i) throw new CommandFailure(`publish port ${each.port}: named twice, "${publish[other]}" and "${publish[i]}"; choose one`)
    if (unpublish.includes(each.port))
      throw new CommandFailure(`publish port ${each.port}: to be taken back as well; --publish alone leads it elsewhere`)
  }
  return ports
}
function whatIsWrong(text: string): string {
  const [, workload] = /^\d+:((?:deployment|deploy|statefulset|sts|daemonset|ds|replicaset|rs|pod|po)\/[^:]+)/.exec(text) ?? []
  if (workload) return `a port leads to a service; "kubectl expose ${workload} --port=80" makes one`
  return 'not PORT:service/[NAMESPACE/]NAME:PORT with ports up to 65535, like "8080:service/web:80" or "8080:service/shop/web:http"'
}

/** Before anything is done. Throws CommandFailure when somebody else has a port. */
export async function checkFree(host: Host, ports: readonly number[]): Promise<void> {
  for (const port of ports)
    if (!(await host.isPortFree(port)))
      throw new CommandFailure(`publish port ${port}: taken by another process; choose another one, or end that process`)
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
  await checkFree(
    host,
    ports.map(({ port }) => port).filter(port => !(port in known)),
  )
  await host.publishPorts(folder, {
    ...Object.fromEntries(unpublish.map(port => [port, null])),
    ...Object.fromEntries(ports.map(each => [each.port, targetText(each)])),
  })
  for (const each of ports) {
    const missing = whatIsMissing(each, await host.servicePorts(folder, each))
    host.output.write(`Port ${each.port} of this machine leads to ${targetText(each)}${missing}.\n`)
  }
  for (const port of unpublish) host.output.write(`Port ${port} is not published any more.\n`)
}
/** A service may still be to come, and a name may be mistyped: whoever publishes is told. */
function whatIsMissing({ servicePort }: PublishedPort, found: readonly string[] | undefined): string {
  if (!found) return ', which is not there yet'
  if (found.includes(servicePort)) return ''
  return found.length ? `, which has no such port yet; it has ${found.join(', ')}` : ', which has no TCP ports yet'
}
const listing = (known: Readonly<Record<string, string>>): string => {
  const ports = Object.keys(known)
  return ports.length ? `published are ${ports.join(', ')}` : 'no port is'
}
