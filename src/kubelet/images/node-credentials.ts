/** The credentials that a node has by itself: docker's config.json in its folder, and those of credential providers. */
import { existsSync, readFileSync } from 'node:fs'
import type { CredentialProviders } from './credential-providers.ts'
import { authsOf, bestFirst, type PullCredentials } from './credentials.ts'

export interface NodeCredentialsOptions {
  /** Read for each pull: whoever changes it need not restart the node. */
  readonly configFile: string
  readonly providers: CredentialProviders
}

/** Gives what the node offers for an image, best match first. */
export const nodeCredentials =
  ({ configFile, providers }: NodeCredentialsOptions) =>
  async (image: string): Promise<readonly PullCredentials[]> => {
    const own = existsSync(configFile) ? authsOf({ data: { '.dockerconfigjson': readFileSync(configFile).toString('base64') } }) : []
    return bestFirst(image, [...own, ...(await providers.authsFor(image))])
  }
