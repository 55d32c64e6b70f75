/** Requests to an API server over HTTPS, with a client certificate. */
import { Agent, type RequestOptions, request as httpsRequest } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { Refusal } from '#kinds/meta/refusal.ts'
import type { ApiAnswer, ApiRequest, Transport, WatchEvent } from '../transport.ts'

export interface HttpsOptions {
  /** `https://127.0.0.1:6443` */
  readonly server: string
  /** PEM texts. */
  readonly authority: string
  readonly certificate?: string
  readonly key?: string
  readonly token?: string
}

/** A transport over HTTPS that keeps connections alive. Dispose it to close them. */
export function httpsTransport({ server, authority, certificate, key, token }: HttpsOptions): Transport & Disposable {
  const agent = new Agent({ keepAlive: true, ca: authority, cert: certificate, key })
  const open = (request: ApiRequest): Promise<IncomingMessage> => {
    const url = new URL(request.path, server)
    for (const [name, value] of Object.entries(request.query ?? {})) for (const each of [value].flat()) url.searchParams.append(name, each)
    const body = request.body === undefined ? undefined : typeof request.body === 'string' ? request.body : JSON.stringify(request.body)
    const headers: Record<string, string> = {
      accept: 'application/json',
      // The length is told by hand: with DELETE, Node would send a body without saying that there is one.
      ...(body !== undefined && {
        'content-type': request.contentType ?? 'application/json',
        'content-length': String(Buffer.byteLength(body)),
      }),
      ...(token && { authorization: `Bearer ${token}` }),
    }
    const options: RequestOptions = { method: request.method, agent, headers, signal: request.signal }
    return new Promise((resolve, reject) => httpsRequest(url, options, resolve).on('error', reject).end(body))
  }
  return {
    send: async request => {
      const answer = await open(request)
      const text = await textOf(answer)
      const code = answer.statusCode ?? 0
      const isJson = answer.headers['content-type']?.startsWith('application/json')
      const body: unknown = isJson && text ? JSON.parse(text) : text
      if (code >= 400) throw Refusal.from(isJson ? (body as object) : { code, message: text })
      return { code, body, warnings: warningsOf(answer) } satisfies ApiAnswer
    },
    async *watch(request) {
      const answer = await open(request)
      if ((answer.statusCode ?? 0) >= 400) throw Refusal.from(JSON.parse(await textOf(answer)) as object)
      const lines = createInterface({ input: answer, crlfDelay: Infinity })
      // Heard by the loop while it runs; afterwards nobody cares how the connection ends.
      lines.on('error', () => undefined)
      try {
        for await (const line of lines) if (line) yield JSON.parse(line) as WatchEvent
      } catch (error) {
        if (!request.signal?.aborted) throw error
      } finally {
        // Who leaves the loop wants no more: the server must not go on telling.
        answer.destroy()
      }
    },
    [Symbol.dispose]: () => agent.destroy(),
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** The texts of `Warning: 299 - "…"` headers. */
function warningsOf(answer: IncomingMessage): readonly string[] {
  const header = answer.headers['warning']
  return [header ?? []]
    .flat()
    .flatMap(line => [...line.matchAll(/299 [^ ]+ ("(?:[^"\\]|\\.)*")/g)].map(([, quoted]) => JSON.parse(quoted as string) as string))
}
