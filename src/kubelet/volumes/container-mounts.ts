/** What is mounted where in a container: its volumes, and the files that the node makes for it. */
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Container } from '#kinds/core/container.ts'
import { PROPAGATION } from '../runtime/cri/enumerations.ts'
import type { ContainerMount } from '../runtime/container-config.ts'
import { ConfigProblem } from '../runtime/environment.ts'
import { expand } from '../runtime/expansion.ts'
import { mountView, removeViews, viewsFolder } from './views.ts'

export interface MountInput {
  readonly container: Pick<Container, 'name' | 'volumeMounts' | 'terminationMessagePath'>
  /** Path on the node by volume name. */
  readonly paths: ReadonlyMap<string, string>
  /** Volumes that are read-only whatever the mount says. */
  readonly readOnlyVolumes: ReadonlySet<string>
  /** Volumes that are mounted read-only and not executable; a runtime that is told the former again forgets the latter. */
  readonly imageVolumes: ReadonlySet<string>
  readonly variables: ReadonlyMap<string, string>
  /** The pod's own folder: hosts file, termination messages. */
  readonly podFolder: string
  /** Undefined when the container keeps its image's own file. */
  readonly hostsFile?: string
  readonly attempt: number
}

/** Makes sub paths, views and files as needed. Throws ConfigProblem when a sub path leads out of its volume, and ProgramFailed. */
export async function containerMounts(input: MountInput): Promise<readonly ContainerMount[]> {
  const { container, hostsFile } = input
  const mounts: ContainerMount[] = []
  const views = viewsFolder(input.podFolder, container.name)
  await removeViews(views)
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const root = input.paths.get(mount.name)
    if (root === undefined) throw new ConfigProblem(`cannot find volume "${mount.name}" to mount into container "${container.name}"`)
    const subPath = mount.subPathExpr ? written(mount.subPathExpr, input) : (mount.subPath ?? '')
    const isReadOnly = (mount.readOnly ?? false) || input.readOnlyVolumes.has(mount.name)
    const isRecursivelyReadOnly = isReadOnly && (mount.recursiveReadOnly ?? 'Disabled') !== 'Disabled'
    const needsView = subPath !== '' || isRecursivelyReadOnly
    const view = join(views, String(index))
    if (needsView) await mountView({ root, subPath, isRecursivelyReadOnly, to: view })
    mounts.push({
      containerPath: mount.mountPath.startsWith('/') ? mount.mountPath : join('/', mount.mountPath),
      hostPath: needsView ? view : root,
      readonly: isReadOnly && !input.imageVolumes.has(mount.name),
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

/** An empty file of its own for each container, which it may fill with its last words. */
async function messageFile({ podFolder, container, attempt }: MountInput): Promise<string> {
  const path = join(podFolder, 'containers', container.name, `message-${attempt}`)
  await mkdir(dirname(path), { recursive: true, mode: 0o755 })
  await using file = await open(path, 'w')
  // Whoever the container runs as may write.
  await file.chmod(0o666)
  return path
}
