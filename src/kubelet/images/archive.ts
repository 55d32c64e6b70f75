/** An image as an OCI archive: one tar with a manifest, a configuration and layers, as `ctr images import` and others read it. */
import { createHash } from 'node:crypto'
import { packTar, type TarEntry } from 'modern-tar'

export interface ImageParts {
  /** The full reference under which the image is imported: `docker.io/library/busybox:latest`. */
  readonly reference: string
  /** As OCI names it: amd64, arm64. */
  readonly architecture: string
  /** Uncompressed tars, lowest first. */
  readonly layers: readonly Uint8Array[]
  /** The image's `config`: Entrypoint, Cmd, Env, User, WorkingDir, ExposedPorts, … */
  readonly config: Readonly<Record<string, unknown>>
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Format: OCI image layout 1.0. The same parts give the same bytes. */
export async function imageArchive({ reference, architecture, layers, config }: ImageParts): Promise<Uint8Array> {
  const blobs = new Map<string, Uint8Array>()
  const blob = (mediaType: string, bytes: Uint8Array) => {
    const digest = sha256(bytes)
    blobs.set(digest, bytes)
    return { mediaType, digest: `sha256:${digest}`, size: bytes.length }
  }
  const json = (value: unknown) => Buffer.from(JSON.stringify(value))
  const packedLayers = layers.map(layer => blob('application/vnd.oci.image.layer.v1.tar', layer))
  const rootfs = { type: 'layers', diff_ids: packedLayers.map(({ digest }) => digest) }
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: blob('application/vnd.oci.image.config.v1+json', json({ architecture, os: 'linux', config, rootfs })),
    layers: packedLayers,
  }
  const index = {
    schemaVersion: 2,
    manifests: [
      {
        ...blob(manifest.mediaType, json(manifest)),
        annotations: { 'io.containerd.image.name': reference, 'org.opencontainers.image.ref.name': reference },
        platform: { architecture, os: 'linux' },
      },
    ],
  }
  return packTar([
    entry('oci-layout', json({ imageLayoutVersion: '1.0.0' })),
    entry('index.json', json(index)),
    ...[...blobs].map(([digest, bytes]) => entry(`blobs/sha256/${digest}`, bytes)),
  ])
}

const EPOCH = new Date(0)
/** A plain file of an archive; times are fixed so that the same content has the same digest. */
export const entry = (name: string, body: Uint8Array, mode = 0o644): TarEntry => ({
  header: { name, size: body.length, mode, mtime: EPOCH, type: 'file' },
  body,
})
