/** Ports of the machine that lead to services, as people write them and as they are kept: in a ConfigMap, port by port. */

/** Where they are kept: `data` has a target for each port. */
export const PUBLISHED_PORTS = { namespace: 'kube-system', name: 'published-ports' }

export interface PublishedPort {
  /** Of the machine. */
  readonly port: number
  readonly namespace: string
  readonly service: string
  /** Number or name of the service's port. */
  readonly servicePort: string
}

/** `8080:service/web:80`, `8080:service/shop/web:http`; undefined when it is none. */
export function parsePublishedPort(text: string): PublishedPort | undefined {
  const [, port, target] = /^(\d{1,5}):(.+)$/.exec(text) ?? []
  return port === undefined || target === undefined ? undefined : publishedPort(port, target)
}
/** An entry of the ConfigMap; undefined when it is none. */
export function publishedPort(key: string, target: string): PublishedPort | undefined {
  const [, namespace = 'default', service, servicePort] =
    /^(?:service|svc)\/(?:([a-z0-9-]+)\/)?([a-z0-9-]+):([a-z0-9-]+)$/.exec(target) ?? []
  if (!isPort(key) || service === undefined || servicePort === undefined) return undefined
  if (/^\d+$/.test(servicePort) && !isPort(servicePort)) return undefined
  return { port: Number(key), namespace, service, servicePort }
}
const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535

export const targetText = ({ namespace, service, servicePort }: PublishedPort): string => `service/${namespace}/${service}:${servicePort}`
