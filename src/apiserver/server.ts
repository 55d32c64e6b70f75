/** The API server: the pipeline with its two entries, HTTPS and this process. */
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { type Caller, InProcess } from './in-process.ts'
import { Metrics } from './metrics.ts'
import { type Answer, answerOf } from './negotiate/answer.ts'
import { representationFor } from './negotiate/negotiate.ts'
import { Pipeline, type PipelineOptions } from './pipeline.ts'
import type { Incoming } from './request.ts'
import { startCompaction } from './resources/compaction.ts'
import type { Objects } from './resources/objects.ts'
import type { Registry } from './resources/registry.ts'
import type { Request } from './route.ts'
import type { Exchange } from './serve/exchange.ts'
import { HttpIncoming } from './serve/incoming.ts'
import { type Listening, type ListenOptions, listen } from './serve/listen.ts'
import { respond } from './serve/respond.ts'

export type ApiServerOptions = PipelineOptions
export type ServeOptions = Pick<ListenOptions, 'host' | 'port' | 'tls' | 'timeouts'>

export interface ApiServer extends AsyncDisposable {
  readonly registry: Registry
  readonly objects: Objects
  /** What HTTP would answer; for tests and for aggregation. Never rejects with a Refusal. */
  handle(incoming: Incoming): Promise<Answer>
  /** Requests from this process, with the rights of `caller`. */
  local(caller: Caller): InProcess
  /** Serves HTTPS until it is disposed; the API server's own disposal ends it as well. */
  listen(options: ServeOptions): Promise<Listening>
}

/** Nothing is read from the store before the first request; objects that every cluster has are made by `boot`. */
export function createApiServer(options: ApiServerOptions): ApiServer {
  return new Server(options)
}

class Server implements ApiServer {
  readonly #pipeline: Pipeline
  readonly #metrics: Metrics
  readonly #clock: Clock
  readonly #log: Log
  readonly #listening = new Set<Listening>()
  readonly #compaction: Disposable

  constructor(options: ApiServerOptions) {
    this.#clock = options.clock
    this.#log = options.log
    this.#metrics = new Metrics(options.clock)
    this.#compaction = startCompaction(options.store, options.clock, options.log)
    this.#pipeline = new Pipeline({ ...options, routes: insides => [this.#metrics.route, ...(options.routes?.(insides) ?? [])] })
  }
  get registry(): Registry {
    return this.#pipeline.registry
  }
  get objects(): Objects {
    return this.#pipeline.objects
  }
  local(caller: Caller): InProcess {
    return new InProcess(this.#pipeline, caller)
  }

  async handle(incoming: Incoming): Promise<Answer> {
    const from = this.#metrics.begin()
    const negotiate: Request['negotiate'] = answer => void representationFor(incoming, { ...answer, isTransformable: true })
    const outcome = await this.#pipeline.run(incoming, negotiate)
    const answer = answerOf(outcome, incoming, () => this.#clock.now())
    this.#metrics.end(from, outcome.target, 'code' in answer ? answer.code : 101)
    return answer
  }

  async listen(options: ServeOptions): Promise<Listening> {
    const answer = async (exchange: Exchange, shutdown: AbortSignal) =>
      respond(exchange, await this.handle(new HttpIncoming(exchange, shutdown, this.#clock)), this.#clock)
    const listening = await listen({ ...options, clock: this.#clock, log: this.#log, handle: answer })
    this.#listening.add(listening)
    return listening
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#compaction[Symbol.dispose]()
    await Promise.all([...this.#listening].map(listening => listening[Symbol.asyncDispose]()))
    await this.#pipeline[Symbol.asyncDispose]()
  }
}
