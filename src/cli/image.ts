/** The command `image import|ls`: images for pods, without a registry. */
import { existsSync } from 'node:fs'
import { runningServer } from './cluster.ts'
import { existingCluster } from './existing.ts'
import { CommandFailure } from './failure.ts'
import type { Host } from './host.ts'
import { typed } from './typed.ts'
import { columns, size } from './words.ts'

interface ImageOptions {
  readonly dataDir: string
  readonly name: string
}
function liveFolder(host: Host, action: string, { dataDir, name }: ImageOptions) {
  const { folder } = existingCluster(host, action, { dataDir, name })
  const server = runningServer(folder)
  if (!server) throw new CommandFailure(`${action}: cluster "${name}" is not running; start it with "${typed('up', folder, host)}"`)
  if (server.node === 'simulated')
    throw new CommandFailure(
      `${action}: cluster "${name}" has simulated nodes only, which run no containers${host.isRoot ? '' : '; start it as root'}`,
    )
  return folder
}

export async function importImage(host: Host, file: string, options: ImageOptions): Promise<void> {
  if (!existsSync(file)) throw new CommandFailure(`import image "${file}": no such file or folder`)
  const names = await host.importImages(liveFolder(host, 'import image', options), file)
  for (const name of names) host.output.write(`imported ${name}\n`)
}

export async function listImages(host: Host, options: ImageOptions): Promise<void> {
  const images = await host.listImages(liveFolder(host, 'list images', options))
  host.output.write(
    columns([['IMAGE', 'ID', 'SIZE'], ...images.map(({ name, id, bytes }) => [name, id.replace('sha256:', '').slice(0, 12), size(bytes)])]),
  )
}
