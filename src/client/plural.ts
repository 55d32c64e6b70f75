/** Under which plural a kind is served, for those who know it by a reference only. */
import { isRefusal } from '#kinds/meta/refusal.ts'
import type { Client } from './transport.ts'

export interface KindName {
  /** `v1`, `apps/v1` */
  readonly apiVersion: string
  readonly kind: string
}
interface Served {
  readonly resources: readonly { readonly name: string; readonly kind: string }[]
}

/** The root of a group version's paths: `/api/v1`, `/apis/apps/v1`. */
export const rootOf = (apiVersion: string): string => (apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`)

/** `deployments` for apps/v1 Deployment; undefined when it is not served. Throws Refusal when the server cannot say. */
export async function pluralOf(client: Client, { apiVersion, kind }: KindName): Promise<string | undefined> {
  try {
    const { resources } = (await client.transport.send({ method: 'GET', path: rootOf(apiVersion) })).body as Served
    return resources.find(resource => resource.kind === kind && !resource.name.includes('/'))?.name
  } catch (error) {
    if (isRefusal(error, 'NotFound')) return undefined
    throw error
  }
}
