/** What tests do with pods that really run: make them, wait for them, read what they print, run commands in them. */
import assert from 'node:assert/strict'
import type { AnyKind } from '#kinds/catalogue.ts'
import { Pod } from '#kinds/core/pod.ts'
import type { NodeCluster } from '#test/support/node-cluster.ts'
import { talk } from './channels.ts'
import { type NodeStage, shell as shellOf } from './node-stage.ts'
import { type Any, type Query, Resource } from './resource.ts'

/** So many tests of a file run at once: they mostly wait, but each start of a container costs the machine 100 ms of work. */
export const AT_ONCE = { concurrency: 6 }

export class Pods extends Resource {
  readonly #cluster: NodeCluster
  declare readonly namespace: string

  constructor(cluster: NodeCluster, namespace: string) {
    super(cluster.client.transport, Pod, namespace)
    this.#cluster = cluster
  }
  /** Objects of another kind beside the pods. */
  beside(kind: AnyKind): Resource {
    return new Resource(this.#cluster.client.transport, kind, this.namespace)
  }
  /** Makes a pod and gives it back as it was made. */
  run(name: string, spec: object, metadata: object = {}): Promise<Any> {
    return this.create({ metadata: { name, ...metadata }, spec: { terminationGracePeriodSeconds: 1, ...spec } })
  }
  /** The first version of a pod for which `holds`. Throws when that takes too long, or when the pod goes away before. */
  async until(name: string, holds: (pod: Any) => unknown, timeoutMs?: number): Promise<Any> {
    return await this.#cluster.until(this.namespace, name, pod => pod !== undefined && holds(pod), timeoutMs)
  }
  /** Waits until the pod is no more. */
  override async gone(name: string, timeoutMs?: number): Promise<void> {
    await this.#cluster.until(this.namespace, name, pod => pod === undefined, timeoutMs)
  }
  ready(name: string): Promise<Any> {
    return this.until(name, pod => conditionOf(pod, 'Ready')?.status === 'True')
  }
  running(name: string): Promise<Any> {
    return this.until(name, pod => pod.status.phase === 'Running')
  }
  /** Waits for the end of a pod; it must be a good one, if not said otherwise. */
  async ended(name: string, phase: 'Succeeded' | 'Failed' = 'Succeeded'): Promise<Any> {
    const pod = await this.until(name, ({ status }) => status.phase === 'Succeeded' || status.phase === 'Failed')
    assert.equal(pod.status.phase, phase, JSON.stringify(pod.status))
    return pod
  }
  async log(name: string, query: Query = {}): Promise<string> {
    return (await this.#cluster.client.transport.send({ method: 'GET', path: this.path(name, 'log'), query })).body as string
  }
  /** What a pod's server answers, asked through the API server. */
  async asked(name: string, path: string): Promise<string> {
    return (await this.#cluster.client.transport.send({ method: 'GET', path: `${this.path(name, 'proxy')}/${path}` })).body as string
  }
  /** What a pod prints that runs to a good end. */
  async output(name: string, spec: object, metadata: object = {}): Promise<string> {
    await this.run(name, { restartPolicy: 'Never', ...spec }, metadata)
    await this.ended(name)
    return await this.log(name)
  }
  /** What a command prints that runs to a good end in a container. */
  async exec(name: string, command: readonly string[], container?: string): Promise<string> {
    const query = new URLSearchParams({ stdout: '1', stderr: '1', ...(container && { container }) })
    for (const word of command) query.append('command', word)
    const { stdout, stderr, status } = await talk(this.#cluster.folder, `${this.path(name, 'exec')}?${query.toString()}`)
    assert.equal(JSON.parse(status).status, 'Success', `${command.join(' ')}: ${stderr} ${status}`)
    return stdout
  }
}

/** The pods of a namespace made for this call. */
export const podsOf = async (stage: NodeStage, base: string): Promise<Pods> => new Pods(stage.cluster, await stage.namespace(base))

export const conditionOf = (pod: Any, type: string): Any => pod.status.conditions?.find((condition: Any) => condition.type === type)

/** The container of a pod that has only one. */
export const shell = (script: string, more: object = {}): Any => shellOf('c', script, more)
/** Does nothing until it is told to end. */
export const waiting = (more: object = {}) => shell('trap exit TERM; sleep 3600 & wait', more)
