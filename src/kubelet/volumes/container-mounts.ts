/** What is mounted where in a container: its volumes, and the files that the node makes for it. */
import { chmod, mkdir, open, realpath, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Container } from '#kinds/core/container.ts'
import { PROPAGATION } from '../runtime/cri/enumerations.ts'
import type { ContainerMount } from '../runtime/container-config.ts'
import { ConfigProblem } from '../runtime/environment.ts'
import { expand } from '../runtime/expansion.ts'

export interface MountInput {
  readonly container: Pick<Container, 'name' | 'volumeMounts' | 'terminationMessagePath'>
  /** Path on the node by volume name. */
  readonly paths: ReadonlyMap<string, string>
  /** Volumes that are read-only whatever the mount says. */
  readonly readOnlyVolumes: ReadonlySet<string>
  readonly variables: ReadonlyMap<string, string>
  /** The pod's own folder: hosts file, termination messages. */
  readonly podFolder: string
  /** Undefined when the container keeps its image's own file. */
  readonly hostsFile?: string
  readonly attempt: number
}

/** Makes sub paths and files as needed. Throws ConfigProblem when a sub path leads out of its volume. */
export async function containerMounts(input: MountInput): Promise<readonly ContainerMount[]> {
  const { container, hostsFile } = input
  const mounts: ContainerMount[] = []
  for (const mount of container.volumeMounts ?? []) {
    const root = input.paths.get(mount.name)
    if (root === undefined) throw new ConfigProblem(`cannot find volume "${mount.name}" to mount into container "${container.name}"`)
    const subPath = mount.subPathExpr ? written(mount.subPathExpr, input) : (mount.subPath ?? '')
    mounts.push({
      containerPath: mount.mountPath.startsWith('/') ? mount.mountPath : join('/', mount.mountPath),
      hostPath: subPath ? await subPathOf(root, subPath) : root,
      readonly: (mount.readOnly ?? false) || input.readOnlyVolumes.has(mount.name),
      propagation: PROPAGATION[mount.mountPropagation ?? 'None'],
    })
  }
  const isMounted = (path: string) => mounts.some(({ containerPath }) => containerPath === path)
  if (hostsFile && !isMounted('/etc/hosts')) mounts.push({ containerPath: '/etc/hosts', hostPath: hostsFile })
  if (container.terminationMessagePath) mounts.push({ containerPath: container.terminationMessagePath, hostPath: await messageFile(input) })
  return mounts
}

function written(expression: string, { variables }: MountInput): string {
  const result = expand(expression, name => variables.get(name))
  const missing = /\$\(([^)]+)\)/.exec(result)
  if (missing) throw new ConfigProblem(`failed to expand subPath for volumeMount: missing value for "${missing[1]}"`)
  return result
}

/** The path below the volume, with links resolved, so that none of them leads out of it. */
async function subPathOf(root: string, subPath: string): Promise<string> {
  if (subPath.startsWith('/') || subPath.split('/').includes('..'))
    throw new ConfigProblem(`subPath "${subPath}" must be a relative path and must not contain '..'`)
  const path = resolve(root, subPath)
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (!found) {
    // Like the volume itself, whatever this process's umask says.
    await mkdir(path, { recursive: true })
    await chmod(path, (await stat(root)).mode & 0o7777)
  }
  const [realRoot, real] = await Promise.all([realpath(root), realpath(path)])
  if (real !== realRoot && !real.startsWith(`${realRoot}/`))
    throw new ConfigProblem(`failed to prepare subPath for volumeMount: "${subPath}" leads out of its volume`)
  return real
}

/** An empty file of its own for each container, which it may fill with its last words. */
async function messageFile({ podFolder, container, attempt }: MountInput): Promise<string> {
  const path = join(podFolder, 'containers', container.name, `message-${attempt}`)
  await mkdir(dirname(path), { recursive: true, mode: 0o755 })
  await using file = await open(path, 'w')
  // Whoever the container runs as may write.
  await file.chmod(0o666)
  return path
}
