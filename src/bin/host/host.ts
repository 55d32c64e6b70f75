/** This machine, as the commands see it. */
import { statfsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { systemClock as clock } from '#base/clock.ts'
import type { Host } from '#cli/host.ts'
import type { Terminal } from '#cli/steps.ts'
import { isOwnLink } from '#kubelet/machine/names.ts'
import { version } from '../version.ts'
import { adminCredentials } from './credentials.ts'
import { isGone, launchServer } from './launch.ts'
import { isPortFree } from './ports.ts'
import { linkAddresses } from './addresses.ts'
import { isDefault, machineRoutes } from './routes.ts'

/** Whoever reads may have read enough, like `head`: the command goes on all the same, and is told nothing of it. */
function terminal(stream: NodeJS.WriteStream): Terminal {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  return { isInteractive: stream.isTTY, write: text => void stream.write(text) }
}

/** `program` is the script that runs, to be started again as the serving process. */
export function thisHost(program: string): Host {
  const isRoot = process.getuid?.() === 0
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  return {
    isRoot,
    version,
    baseFolder: isRoot ? '/var/lib/knarr' : join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'knarr'),
    output: terminal(process.stdout),
    progress: terminal(process.stderr),
    now: () => clock.now(),
    interrupted: interrupted.signal,
    confirm,
    isPortFree,
    routes: async cluster =>
      [...([4, 6] as const).flatMap(machineRoutes), ...linkAddresses()]
        .filter(route => !isDefault(route))
        .map(route => ({ ...route, isOwn: isMadeBy(cluster, route.link) })),
    freeBytes: async folder => {
      const { bavail, bsize } = statfsSync(folder)
      return bavail * bsize
    },
    kubeletConfig: async file => (await machine()).kubeletConfig(file),
    launch: folder => launchServer(clock, folder, program),
    stopServer: async (pid, timeoutMs) => {
      process.kill(pid, 'SIGTERM')
      return isGone(clock, pid, timeoutMs)
    },
    stopNode: async (folder, forGood) => (await machine()).stopNode(folder, forGood),
    remove: async folder => (await machine()).remove(folder),
    leftovers: async folder => (await machine()).leftovers(folder),
    prerequisites: async clusters => (await machine()).prerequisites({ ...clusters, path: process.env['PATH'] ?? '' }),
    importImages: async (folder, file) => (await machine()).importImages(folder, file),
    listImages: async folder => (await machine()).listImages(folder),
    addContext: async (folder, name) => {
      const { addContext, userKubeconfig } = await kubeconfigFile()
      const file = userKubeconfig()
      addContext(file, { ...adminCredentials(folder), name })
      return file
    },
    removeContext: async name => {
      const { removeContext, userKubeconfig } = await kubeconfigFile()
      removeContext(userKubeconfig(), name)
    },
    publishedPorts: async folder => (await machine()).publishedPorts(folder),
    servicePorts: async (folder, ref) => (await machine()).servicePorts(folder, ref),
    publishPorts: async (folder, changes) => (await machine()).publishPorts(folder, changes),
    inspect: async folder => (await machine()).inspect(folder),
  }
}
/** The links of pods do not tell whose they are. */
const isMadeBy = (cluster: string, link: string): boolean => link.startsWith('veth') || isOwnLink(link, cluster)
// Loaded when a command comes to them: starting a cluster needs none of it until the cluster runs.
const machine = () => import('./machine.ts')
const kubeconfigFile = () => import('./kubeconfig-file.ts')

async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false
  using prompt = createInterface({ input: process.stdin, output: process.stderr })
  return /^y(es)?$/i.test(await prompt.question(`${question} [y/N] `))
}
