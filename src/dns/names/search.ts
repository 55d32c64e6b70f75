/** Search lists that go on although the name was found. */
import { clusterName, type ClusterNames } from './cluster.ts'

/**
 * Whether the client is a pod that finds the same short name in its own namespace, where it looks first. Resolvers end their search there;
 * busybox's nslookup asks for the whole list and fails when one is not there, so that a loop that waits for a service by it would never end.
 * To such a client the rest of the list has no records instead of not being there. `searches` are those of the node, which pods have as well.
 */
export function isFoundEarlier(name: string, type: number, { client, searches, ...cluster }: ClusterNames & SearchingClient): boolean {
  const namespace = client === undefined ? undefined : cluster.view.namespaceAt(client)
  if (namespace === undefined) return false
  return [`svc.${cluster.domain}`, cluster.domain, ...searches].some(
    domain =>
      name.endsWith(`.${domain}`) &&
      clusterName(`${name.slice(0, -domain.length - 1)}.${namespace}.svc.${cluster.domain}`, type, cluster) !== undefined,
  )
}
export interface SearchingClient {
  /** Its address. */
  readonly client: string | undefined
  readonly searches: readonly string[]
}
