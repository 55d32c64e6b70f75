/** How this server calls services and addresses: agents for `node:https` that keep connections to what is called often. */
import { Agent, type AgentOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import { type ClientConfig, type Destination, destinationOf } from './destination.ts'
import { dial, type Sight } from './dial.ts'

/** So many destinations keep connections; a cluster with more webhooks opens some anew. */
const AGENTS_MAX = 200
/** A destination gets no more connections at a time than this; further calls wait. */
const SOCKETS_MAX = 64
/** Connections that nobody uses are closed before most servers do so, so that a call never meets one that is just closing. */
const IDLE_MS = 15_000

export interface Reached {
  readonly url: URL
  /** For a request to this URL. */
  readonly agent: Agent
}

export class Reach implements Disposable {
  readonly #sight: Sight
  readonly #agents = new Map<string, Agent>()

  constructor(sight: Sight) {
    this.#sight = sight
  }
  /** Throws TypeError when the URL is none. Where connections go is looked up when they are made. */
  to(config: ClientConfig): Reached {
    const destination = destinationOf(config)
    const { url, authority = '', isUnverified } = destination
    const key = [url.host, authority, isUnverified, destination.service !== undefined].join('\n')
    const agent = this.#agents.get(key) ?? new DestinationAgent(destination, this.#sight)
    this.#agents.delete(key)
    this.#agents.set(key, agent)
    if (this.#agents.size > AGENTS_MAX) this.#forgetOldest()
    return { url, agent }
  }
  #forgetOldest(): void {
    const [[key, agent] = []] = this.#agents
    if (key !== undefined) this.#agents.delete(key)
    // Calls under way keep their connections.
    for (const sockets of Object.values(agent?.freeSockets ?? {})) for (const socket of sockets ?? []) socket.destroy()
  }
  [Symbol.dispose](): void {
    for (const agent of this.#agents.values()) agent.destroy()
    this.#agents.clear()
  }
}

class DestinationAgent extends Agent {
  readonly #destination: Destination
  readonly #sight: Sight
  constructor(destination: Destination, sight: Sight) {
    super({ keepAlive: true, maxSockets: SOCKETS_MAX, timeout: IDLE_MS } satisfies AgentOptions)
    this.#destination = destination
    this.#sight = sight
  }
  override createConnection(_options: object, connected: (error: Error | null, stream: Duplex) => void): undefined {
    dial(this.#destination, this.#sight).then(
      socket => connected(null, socket),
      // What is no connection is not looked at beside an error.
      (error: Error) => connected(error, undefined as never),
    )
  }
}
