/** A cluster of its own for a bench, started from the bundle as a user does, and removed at the end. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type ClusterFolder, clusterFolder, runningServer } from '#cli/cluster.ts'
import { httpsTransport } from '#client/https/transport.ts'
import { createClient } from '#client/requests.ts'
import type { Client } from '#client/transport.ts'
import { Namespace } from '#kinds/core/namespace.ts'
import { ServiceAccount } from '#kinds/core/service-account.ts'

/** What a TLS client needs. */
export interface Access {
  readonly port: number
  readonly ca: string
  readonly cert: string
  readonly key: string
}

/** Not yet removed from the machine. */
const alive = new Set<BenchCluster>()
/** For the end that is not planned. */
export const removeClusters = (): Promise<unknown> => Promise.all([...alive].map(cluster => cluster[Symbol.asyncDispose]()))

export class BenchCluster implements AsyncDisposable {
  readonly folder: ClusterFolder
  readonly port: number
  readonly #bundle: string
  readonly #base: string
  #transport: ReturnType<typeof httpsTransport> | undefined

  private constructor(bundle: string, base: string, port: number) {
    this.#bundle = bundle
    this.#base = base
    this.port = port
    this.folder = clusterFolder(base, base.slice(base.lastIndexOf('/') + 1).toLowerCase())
    alive.add(this)
  }
  /** Nothing is started yet. */
  static async prepare(bundle: string): Promise<BenchCluster> {
    return new BenchCluster(bundle, mkdtempSync('/tmp/kb-'), await freePort())
  }
  static async start(bundle: string): Promise<BenchCluster> {
    const cluster = await BenchCluster.prepare(bundle)
    try {
      await cluster.up()
      return cluster
    } catch (error) {
      await cluster[Symbol.asyncDispose]()
      throw error
    }
  }

  up(...more: readonly string[]): Promise<void> {
    return this.#command('up', '--port', String(this.port), ...more)
  }
  async down(): Promise<void> {
    this.#transport?.[Symbol.dispose]()
    this.#transport = undefined
    await this.#command('down')
  }

  get pid(): number {
    const server = runningServer(this.folder)
    if (!server) throw new Error(`find process of cluster "${this.folder.name}": it does not run`)
    return server.pid
  }
  get access(): Access {
    const read = (file: string) => readFileSync(join(this.folder.pki, file), 'utf8')
    return { port: this.port, ca: read('ca.crt'), cert: read('admin.crt'), key: read('admin.key') }
  }
  /** As the admin, over HTTPS. */
  get client(): Client {
    const { ca, cert, key } = this.access
    this.#transport ??= httpsTransport({ server: `https://127.0.0.1:${this.port}`, authority: ca, certificate: cert, key })
    return createClient(this.#transport)
  }
  /** Resolves when pods can be made in the new namespace. */
  async makeNamespace(name: string): Promise<void> {
    await this.client.create(Namespace, { metadata: { name } })
    const signal = AbortSignal.timeout(30_000)
    const { items, metadata } = await this.client.list(ServiceAccount, { namespace: name })
    if (items.length > 0) return
    for await (const _ of this.client.watch(ServiceAccount, { namespace: name, resourceVersion: metadata.resourceVersion, signal })) return
    throw new Error(`make namespace "${name}": it got no service account within 30 s`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#transport?.[Symbol.dispose]()
    await this.#command('reset', '--yes')
    rmSync(this.#base, { recursive: true, force: true })
    alive.delete(this)
  }

  /** The user's own kubeconfig is left alone. */
  async #command(name: string, ...more: readonly string[]): Promise<void> {
    const words = [this.#bundle, name, '--data-dir', this.#base, '--name', this.folder.name, ...more]
    const env = { ...process.env, KUBECONFIG: join(this.#base, 'kubeconfig') }
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'], env })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', data => (output += String(data)))
    const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
    if (code !== 0) throw new Error(`knarr ${name}: exit code ${code}: ${output.trim()}`)
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}
