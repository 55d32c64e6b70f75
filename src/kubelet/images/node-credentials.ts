/** The credentials that a node has by itself: docker's config.json in its folder, and those of credential providers. */
import { existsSync, readFileSync } from 'node:fs'
import type { Pod } from '#kinds/core/pod.ts'
import type { CredentialProviders } from './credential-providers.ts'
import { authsOf, bestFirst, type Offer } from './credentials.ts'

export interface NodeCredentialsOptions {
  /** Read for each pull: whoever changes it need not restart the node. */
  readonly configFile: string
  readonly providers: CredentialProviders
}

/** Gives what the node offers for an image of a pod, best match first. */
export const nodeCredentials =
  ({ configFile, providers }: NodeCredentialsOptions) =>
  async (image: string, pod: Pod): Promise<readonly Offer[]> => {
    const own = existsSync(configFile) ? authsOf({ data: { '.dockerconfigjson': readFileSync(configFile).toString('base64') } }) : []
    const ofNode = own.map(([server, auth]) => [server, auth, { kind: 'node' }] as const)
    return bestFirst(image, [...ofNode, ...(await providers.authsFor(image, pod))])
  }
