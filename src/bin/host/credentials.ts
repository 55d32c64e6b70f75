/** What the commands show to the API server: the admin's certificate. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ClusterFolder, readSettings } from '#cli/cluster.ts'
import { CommandFailure } from '#cli/failure.ts'

export function adminCredentials(folder: ClusterFolder) {
  const settings = readSettings(folder)
  if (!settings) throw new CommandFailure(`use cluster "${folder.name}": there is none in "${folder.base}"`)
  const read = (file: string) => readFileSync(join(folder.pki, file), 'utf8')
  return {
    server: `https://127.0.0.1:${settings.port}`,
    authority: read('ca.crt'),
    certificate: read('admin.crt'),
    key: read('admin.key'),
  }
}
