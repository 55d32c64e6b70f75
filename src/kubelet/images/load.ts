/** Loads images from files of any usual form into the runtime, under the names that pods use. */
import { spawn } from 'node:child_process'
import {
  closeSync,
  createReadStream,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { run } from '#base/processes.ts'
import { NAMESPACE_OF_CRI } from './import.ts'
import { fullReference } from './reference.ts'

export interface LoadOptions {
  /** OCI layout folder, OCI archive or docker archive, plain or gzip. */
  readonly file: string
  readonly socket: string
  /** Where the archive is unpacked for a while. */
  readonly scratchFolder: string
}
/** The file is no image archive, or names no image. The message tells the cure. */
export class UnusableImage extends Error {
  override readonly name = 'UnusableImage'
}
/** How containerd finds the whole name of an image in an OCI index. */
const CONTAINERD_NAME = 'io.containerd.image.name'
const OCI_NAME = 'org.opencontainers.image.ref.name'
interface Index {
  readonly manifests: readonly { readonly annotations?: Readonly<Record<string, string>> }[]
}

/** Gives the full names of the images. Throws UnusableImage. */
export async function loadImages({ file, socket, scratchFolder }: LoadOptions): Promise<readonly string[]> {
  const scratch = mkdtempSync(join(scratchFolder, 'image-'))
  try {
    const folder = statSync(file).isDirectory() ? await copied(file, scratch) : await unpacked(file, scratch)
    const names = existsSync(join(folder, 'index.json'))
      ? nameManifests(file, join(folder, 'index.json'))
      : namesOfDockerArchive(file, folder)
    const tar = spawn('tar', ['-C', folder, '-cf', '-', '.'], { stdio: ['ignore', 'pipe', 'inherit'] })
    await run(['ctr', '--address', socket, '--namespace', NAMESPACE_OF_CRI, 'images', 'import', '-'], { input: tar.stdout })
    return names
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function copied(folder: string, scratch: string): Promise<string> {
  await run(['cp', '-a', `${folder}/.`, scratch])
  return scratch
}
async function unpacked(file: string, scratch: string): Promise<string> {
  const bytes = createReadStream(file)
  try {
    // What fails in the middle destroys the end of the pipe too, which is where it is told.
    const input = isGzip(file) ? pipeline(bytes, createGunzip(), () => undefined) : bytes
    await run(['tar', '-C', scratch, '-xf', '-'], { input })
  } catch (error) {
    throw new UnusableImage(
      `read image "${file}": not a tar archive, plain or gzip; make one with "docker save", "skopeo copy … oci-archive:FILE:NAME" or "buildah push NAME oci-archive:FILE"`,
      { cause: error },
    )
  }
  return scratch
}
function isGzip(file: string): boolean {
  const head = Buffer.alloc(2)
  const descriptor = openSync(file, 'r')
  readSync(descriptor, head)
  closeSync(descriptor)
  return head[0] === 0x1f && head[1] === 0x8b
}

/** Gives each image of an OCI index the name under which CRI looks for it. */
function nameManifests(file: string, indexFile: string): readonly string[] {
  const index = JSON.parse(readFileSync(indexFile, 'utf8')) as Index
  const manifests = index.manifests.map(manifest => {
    const name = manifest.annotations?.[CONTAINERD_NAME] ?? manifest.annotations?.[OCI_NAME]
    return name ? { ...manifest, annotations: { ...manifest.annotations, [CONTAINERD_NAME]: fullReference(name) } } : manifest
  })
  const names = manifests.flatMap(({ annotations }) => annotations?.[CONTAINERD_NAME] ?? [])
  if (names.length === 0)
    throw new UnusableImage(
      `import image "${file}": it names no image; save it with a name, such as "skopeo copy … oci-archive:FILE:nginx:latest"`,
    )
  writeFileSync(indexFile, JSON.stringify({ ...index, manifests }))
  return names
}
function namesOfDockerArchive(file: string, folder: string): readonly string[] {
  const manifest = join(folder, 'manifest.json')
  if (!existsSync(manifest))
    throw new UnusableImage(`import image "${file}": neither an OCI layout (index.json) nor a docker archive (manifest.json)`)
  const images = JSON.parse(readFileSync(manifest, 'utf8')) as readonly { readonly RepoTags?: readonly string[] | null }[]
  const names = images.flatMap(({ RepoTags }) => RepoTags ?? [])
  if (names.length === 0) throw new UnusableImage(`import image "${file}": it names no image; save it by name: "docker save NAME -o FILE"`)
  return names.map(fullReference)
}
