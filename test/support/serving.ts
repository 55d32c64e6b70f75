/** The serving process of a cluster as `knarr up` starts it, from sources and without root, so that there is no node. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { type ClusterFolder, clusterFolder, type Settings, writeSettings } from '#cli/cluster.ts'
import { lastingPort } from './ports.ts'

const PROGRAM = new URL('../../src/bin/knarr.ts', import.meta.url).pathname
/** As root the process runs as nobody, who may not have a node. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

export interface Reply {
  readonly code: number
  // `any`: tests know what they asked for
  readonly body: any
}
/** A client's connection. */
export interface Connected extends Disposable {
  /** Rejects when the connection breaks. */
  ask(method: string, path: string, body?: object): Promise<Reply>
}
/** A cluster whose process can be ended and started again. */
export interface ServingCluster extends Disposable {
  readonly folder: ClusterFolder
  /** Resolves when the process says that it is ready. Rejects with the end of its log when it ends instead. */
  start(limits?: StartLimits): Promise<Serving>
}
export interface StartLimits {
  /** No file of the process may become longer, in the shell's blocks. */
  readonly fileBlocksMax?: number
}
export interface Serving {
  readonly child: ChildProcess
  /** What the process has logged so far. */
  log(): string
  /** `https://127.0.0.1:6443` */
  readonly server: string
  connect(): Connected
}

/** A new cluster in a folder of its own, which goes with it. */
export async function servingCluster(more: Pick<Settings, 'controllers'> = {}): Promise<ServingCluster> {
  const root = mkdtempSync(join(tmpdir(), 'knarr-serving-'))
  const folder = clusterFolder(root, 'test')
  const port = await lastingPort()
  writeSettings(folder, { name: 'test', port, simulatedNodes: 0, podCidr: '10.244.0.0/16', serviceCidr: '10.96.0.0/16', ...more })
  if (NOBODY.uid !== undefined) for (const path of [root, folder.root, folder.settings]) chownSync(path, NOBODY.uid, NOBODY.gid)
  const running = new Set<ChildProcess>()
  return {
    folder,
    start: async ({ fileBlocksMax } = {}) => {
      const limit = fileBlocksMax === undefined ? '' : `ulimit -f ${fileBlocksMax}; `
      const command = [`${limit}exec "$0" "$@"`, process.execPath, PROGRAM, 'server', folder.root]
      const child = spawn('sh', ['-c', ...command], { ...NOBODY, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] })
      running.add(child)
      child.once('exit', () => running.delete(child))
      const lines: string[] = []
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', piece => lines.push(String(piece)))
      const log = () => lines.join('')
      const ended = once(child, 'exit').then(([code]) => {
        throw new Error(`the serving process ended with ${code}: ${log().slice(-2_000)}`)
      })
      await Promise.race([ready(child.stdio[3] as Readable), ended])
      ended.catch(() => undefined)
      return { child, log, server: `https://127.0.0.1:${port}`, connect: () => connect(folder, port) }
    },
    [Symbol.dispose]() {
      for (const child of running) child.kill('SIGKILL')
      rmSync(root, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

async function ready(progress: Readable): Promise<void> {
  for await (const line of createInterface(progress)) if ('ready' in (JSON.parse(line) as object)) return
  // Its end without a word is the end of the process, which tells more.
  await new Promise(() => undefined)
}

function connect({ pki }: ClusterFolder, port: number): Connected {
  const read = (file: string) => readFileSync(join(pki, file), 'utf8')
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: read('ca.crt'), cert: read('admin.crt'), key: read('admin.key') })
  return {
    ask: (method, path, body) =>
      new Promise((resolve, reject) => {
        const asked = request({ agent, host: '127.0.0.1', port, method, path, headers: { 'content-type': 'application/json' } }, answer => {
          text(answer).then(told => resolve({ code: answer.statusCode ?? 0, body: parsed(told) }), reject)
        })
        asked.on('error', reject).end(body && JSON.stringify(body))
      }),
    [Symbol.dispose]: () => agent.destroy(),
  }
}
/** A watch has a value per line. */
const parsed = (told: string): unknown => {
  const lines = told.split('\n').filter(line => line !== '')
  return lines.length === 1 ? JSON.parse(lines[0] as string) : lines.map(line => JSON.parse(line) as unknown)
}
