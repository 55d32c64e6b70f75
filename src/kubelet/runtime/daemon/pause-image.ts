/** The image whose only program holds a pod's namespaces open. Made here, so that no registry is ever asked for it. */
import { packTar } from 'modern-tar'
import { entry, imageArchive } from '../../images/archive.ts'
import { importImage, pinImage } from '../../images/import.ts'
import { connectRuntime } from '../cri/client.ts'
import { pauseProgram } from './pause-program.ts'

/** A name under which no registry can be asked: `localhost` never leaves the machine. */
export const PAUSE_IMAGE = 'localhost/knarr/pause:1'

/** Of no use to the program; but youki starts none that has no search path. */
const SEARCH_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Imports the image into the runtime unless it is already there. */
export async function importPauseImage(socket: string): Promise<void> {
  using runtime = connectRuntime(socket)
  const { image } = await runtime.imageStatus({ image: { image: PAUSE_IMAGE } })
  if (image) return
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const layer = await packTar([entry('pause', pauseProgram(architecture), 0o755)])
  const archive = await imageArchive({
    reference: PAUSE_IMAGE,
    architecture,
    layers: [layer],
    config: { Entrypoint: ['/pause'], User: '65535:65535', WorkingDir: '/', Env: [`PATH=${SEARCH_PATH}`] },
  })
  await importImage({ socket, archive })
  await pinImage(socket, PAUSE_IMAGE)
}
