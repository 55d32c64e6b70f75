/** The command line: which commands there are, their flags, and their exit codes. */
import { readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { formatCidr, parseCidr } from '#base/cidr.ts'
import { readControllerSelection } from '#client/controller-selection.ts'
import { runtimeConfigPairs } from '#kinds/served.ts'
import { DEFAULT_NAME } from './cluster.ts'
import { doctor } from './doctor.ts'
import { down } from './down.ts'
import { existingCluster } from './existing.ts'
import { CommandFailure, UsageFailure } from './failure.ts'
import type { Host } from './host.ts'
import { importImage, listImages } from './image.ts'
import { reset } from './reset.ts'
import { status } from './status.ts'
import { type UpOptions, up } from './up.ts'

/** Done, failed, wrong usage. */
export type ExitCode = 0 | 1 | 2

interface Common {
  readonly dataDir: string
  readonly name: string
}

/** Runs one command line (without the program's own name) and gives its exit code. Failures go to standard error. */
export async function runProgram(host: Host, words: readonly string[]): Promise<ExitCode> {
  const complain = (message: string) => host.progress.write(`knarr: ${message}\n`)
  try {
    await program(host).parseAsync([...words], { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (error instanceof UsageFailure) {
      complain(error.message)
      return 2
    }
    if (error instanceof CommandFailure) {
      complain(error.message)
      return 1
    }
    throw error
  }
}

function program(host: Host): Command {
  const root = new Command('knarr')
    .description('Kubernetes in one process: a cluster with one command.')
    .version(host.version)
    .exitOverride()
    .showHelpAfterError('(knarr --help shows all commands)')
  const command = (name: string, description: string) =>
    root
      .command(name)
      .description(description)
      .option('--name <name>', 'name of the cluster', clusterName, DEFAULT_NAME)
      .option('--data-dir <folder>', 'where clusters are kept', host.baseFolder)

  command('up', 'start the cluster in the background and wait until it is ready')
    .option('--port <port>', 'port of the API server (default: 6443, or the next free one)', portNumber)
    .option(
      '--pod-cidr <ranges>',
      'addresses of pods, like "10.42.0.0/16,fd00:42::/48" for both families (default: 10.42.0.0/16, or the next free one)',
      ranges('pods'),
    )
    .option(
      '--service-cidr <ranges>',
      'addresses of services, of the same families (default: 10.43.0.0/16, or the next free one)',
      ranges('services'),
    )
    .option('--publish <port>', 'a port of this machine that leads to a service, like "8080:service/web:80"; may be repeated', several)
    .option('--unpublish <port>', 'takes a published port back; may be repeated', severalPorts)
    .option('--nodes <count>', 'nodes with real containers, each with a network of its own (default: 1, this machine)', nodeCount)
    .option('--simulated-nodes <count>', 'nodes that only pretend to run containers', count)
    .option('--runtime-config <pairs>', 'versions of the API to serve or not, like "api/beta=true" (default: the stable ones)', versions)
    .option(
      '--kubelet-config <file>',
      'how the node is set: a KubeletConfiguration of kubelet.config.k8s.io/v1beta1; stays until another is given',
    )
    .option('--controllers <list>', 'controllers that run, like "*,-cronjob" for all but one (default: "*")', controllers)
    .option('--scheduler-config <file>', 'a KubeSchedulerConfiguration; it is read now and kept')
    .action((options: UpOptions) => up(host, options))
  command('down', 'stop the cluster and its containers; everything stays in the store').action((options: Common) => down(host, options))
  command('status', 'show what runs').action((options: Common) => status(host, options))
  command('reset', 'remove the cluster and all that it made on this machine')
    .option('--yes', 'ask nothing', false)
    .action((options: Common & { readonly yes: boolean }) => reset(host, options))
  command('doctor', 'check what Knarr needs, and what it has left on this machine').action((options: Common) => doctor(host, options))
  command('kubeconfig', 'print the kubeconfig of the cluster').action((options: Common) => printKubeconfig(host, options))
  const image = root.command('image').description('images for pods, without a registry')
  const imageCommand = (name: string, description: string) =>
    image
      .command(name)
      .description(description)
      .option('--name <name>', 'name of the cluster', clusterName, DEFAULT_NAME)
      .option('--data-dir <folder>', 'where clusters are kept', host.baseFolder)
  imageCommand('import <file>', 'put an OCI layout folder, OCI archive or docker archive where pods find it').action(
    (file: string, options: Common) => importImage(host, file, options),
  )
  imageCommand('ls', 'list the images that pods find').action((options: Common) => listImages(host, options))
  return root
}

async function printKubeconfig(host: Host, { dataDir, name }: Common): Promise<void> {
  const { folder } = existingCluster(host, 'print kubeconfig', { dataDir, name })
  host.output.write(readFileSync(folder.kubeconfig, 'utf8'))
}

/** Names become part of links, tables and cgroups, whose names are short. */
const NAME_LENGTH_MAX = 20
function clusterName(value: string): string {
  if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(value) || value.length > NAME_LENGTH_MAX)
    throw new InvalidArgumentError(`"${value}" must be lower-case letters, digits and "-", at most ${NAME_LENGTH_MAX}, like "dev-1".`)
  return value
}
const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]
const severalPorts = (value: string, before: readonly number[] = []): readonly number[] => [...before, portNumber(value)]
function portNumber(value: string): number {
  const port = Number(value)
  if (!/^\d+$/.test(value) || port < 1 || port > 65_535) throw new InvalidArgumentError(`"${value}" must be a number from 1 to 65535.`)
  return port
}
/** So that a node's share of addresses fits in, and the API server can keep which addresses of services are taken. */
const PREFIX_LENGTHS = {
  pods: { 4: { min: 12, max: 24 }, 6: { min: 32, max: 64 } },
  services: { 4: { min: 12, max: 24 }, 6: { min: 64, max: 120 } },
} as const
const ranges = (of: keyof typeof PREFIX_LENGTHS) => (value: string) => {
  const cidrs = value.split(',').map(text => {
    const cidr = parseCidr(text)
    const { min, max } = PREFIX_LENGTHS[of][cidr?.address.family ?? 4]
    if (!cidr || cidr.prefixLength < min || cidr.prefixLength > max) throw new InvalidArgumentError(`"${text}" must be ${rangeWords(of)}.`)
    return cidr
  })
  if (cidrs.length > new Set(cidrs.map(({ address }) => address.family)).size)
    throw new InvalidArgumentError(`"${value}" must be one range of each family at most.`)
  return cidrs.map(formatCidr).join(',')
}
function rangeWords(of: keyof typeof PREFIX_LENGTHS): string {
  const { 4: four, 6: six } = PREFIX_LENGTHS[of]
  return `a range of IPv4 addresses from /${four.min} to /${four.max}, like "10.42.0.0/16", or of IPv6 addresses from /${six.min} to /${six.max}`
}
function versions(value: string): string {
  try {
    runtimeConfigPairs(value)
    return value
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`)
  }
}
function controllers(value: string): string {
  try {
    readControllerSelection(value)
    return value
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}
function nodeCount(value: string): number {
  if (!/^[1-9]\d{0,3}$/.test(value)) throw new InvalidArgumentError(`"${value}" must be a number from 1.`)
  return Number(value)
}
const SIMULATED_NODES_MAX = 5_000
function count(value: string): number {
  const nodes = Number(value)
  if (!/^\d+$/.test(value) || nodes > SIMULATED_NODES_MAX)
    throw new InvalidArgumentError(`"${value}" must be a number from 0 to ${SIMULATED_NODES_MAX}.`)
  return nodes
}
