/** Puts an image archive into containerd, without a registry. */
import { run } from '#base/processes.ts'

/** The namespace of containerd in which its CRI plugin keeps everything. */
export const NAMESPACE_OF_CRI = 'k8s.io'

export interface ImageImport {
  readonly socket: string
  /** An OCI or docker archive. */
  readonly archive: Uint8Array
}
const ctr = (socket: string) => ['ctr', '--address', socket, '--namespace', NAMESPACE_OF_CRI, 'images']

/** Imports all images of an archive under the names that stand in it, and gives what the client said. Throws ProgramFailed. */
export const importImage = ({ socket, archive }: ImageImport): Promise<string> => run([...ctr(socket), 'import', '-'], { input: archive })

/** Marks an image so that no garbage collection takes it (containerd 1.7 and later heed it). Throws ProgramFailed. */
export const pinImage = (socket: string, reference: string): Promise<string> =>
  run([...ctr(socket), 'label', reference, 'io.cri-containerd.pinned=pinned'])
