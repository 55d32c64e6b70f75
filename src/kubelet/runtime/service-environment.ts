/** The variables by which a container finds the services that exist when it starts. Reference: concepts, "Discovering services". */
import { bracketed } from '#base/cidr.ts'

export interface ServiceFacts {
  readonly metadata: { readonly name?: string; readonly namespace?: string }
  readonly spec: {
    readonly clusterIP?: string
    readonly ports?: readonly { readonly name?: string; readonly port: number; readonly protocol?: string }[]
  }
}

/** Services of the pod's namespace, and always `kubernetes` of namespace default; headless ones have no address to tell. */
export function serviceEnvironment(
  services: readonly ServiceFacts[],
  { namespace, enableServiceLinks }: { readonly namespace: string; readonly enableServiceLinks: boolean },
): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {}
  const isMaster = ({ metadata }: ServiceFacts) => metadata.namespace === 'default' && metadata.name === 'kubernetes'
  const chosen = services.filter(service => isMaster(service) || (enableServiceLinks && service.metadata.namespace === namespace))
  // The pod's own namespace comes last and so wins over a service of the same name.
  const inOrder = chosen.toSorted((a, b) => Number(a.metadata.namespace === namespace) - Number(b.metadata.namespace === namespace))
  for (const service of inOrder)
    if (service.spec.clusterIP && service.spec.clusterIP !== 'None') Object.assign(variables, variablesOf(service))
  return variables
}

const upper = (name: string) => name.toUpperCase().replaceAll('-', '_')

function variablesOf({ metadata, spec: { clusterIP = '', ports = [] } }: ServiceFacts): Record<string, string> {
  const name = upper(metadata.name ?? '')
  const first = ports[0]
  if (!first) return {}
  const url = (port: { port: number; protocol?: string }) =>
    `${(port.protocol ?? 'TCP').toLowerCase()}://${bracketed(clusterIP)}:${port.port}`
  const variables: Record<string, string> = { [`${name}_SERVICE_HOST`]: clusterIP, [`${name}_SERVICE_PORT`]: String(first.port) }
  for (const port of ports) if (port.name) variables[`${name}_SERVICE_PORT_${upper(port.name)}`] = String(port.port)
  variables[`${name}_PORT`] = url(first)
  for (const port of ports) {
    const protocol = port.protocol ?? 'TCP'
    const prefix = `${name}_PORT_${port.port}_${protocol}`
    variables[prefix] = url(port)
    variables[`${prefix}_PROTO`] = protocol.toLowerCase()
    variables[`${prefix}_PORT`] = String(port.port)
    variables[`${prefix}_ADDR`] = clusterIP
  }
  return variables
}
