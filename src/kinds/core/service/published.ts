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
  const port = Number(key)
  if (!/^\d+$/.test(key) || port < 1 || port > 65_535 || service === undefined || servicePort === undefined) return undefined
  return { port, namespace, service, servicePort }
}
export const targetText = ({ namespace, service, servicePort }: PublishedPort): string => `service/${namespace}/${service}:${servicePort}`
