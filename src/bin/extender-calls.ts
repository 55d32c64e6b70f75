/** Calls to scheduler extenders over HTTP or HTTPS. Upstream: scheduler/extender.go, makeTransport and send. */
import { readFileSync } from 'node:fs'
import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { parseDuration } from '#base/duration.ts'
import type { Extender } from '#kinds/scheduler-configuration/extender.ts'
import type { Ask } from '#scheduler/extenders.ts'

/** Upstream: DefaultExtenderTimeout. */
const TIMEOUT_MS = 5_000
/** An answer about thousands of nodes is some megabytes; what is larger is a mistake. */
const ANSWER_MAX_BYTES = 256 * 1024 * 1024

/** Keeps connections open; dispose it to close them. Certificates are read when an extender is first called. */
export function extenderCalls(): { readonly ask: Ask } & Disposable {
  const agents = new Map<Extender, HttpAgent>()
  return {
    ask: async (extender, verb, body) => {
      const url = `${extender.urlPrefix.replace(/\/+$/, '')}/${verb}`
      const isSecure = url.startsWith('https:')
      const agent =
        agents.get(extender) ?? (isSecure ? new HttpsAgent({ keepAlive: true, ...tlsOf(extender) }) : new HttpAgent({ keepAlive: true }))
      agents.set(extender, agent)
      const text = JSON.stringify(body)
      const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }
      const signal = AbortSignal.timeout(timeoutOf(extender))
      const answer = await new Promise<IncomingMessage>((resolve, reject) =>
        (isSecure ? httpsRequest : httpRequest)(url, { method: 'POST', agent, headers, signal }, resolve).on('error', reject).end(text),
      )
      const chunks: Buffer[] = []
      let bytes = 0
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        bytes += chunk.length
        if (bytes > ANSWER_MAX_BYTES) throw new Error(`ask extender at "${url}": its answer is larger than ${ANSWER_MAX_BYTES} bytes`)
        chunks.push(chunk)
      }
      if (answer.statusCode !== 200) throw new Error(`failed ${verb} with extender at URL ${url}, code ${answer.statusCode}`)
      return JSON.parse(Buffer.concat(chunks).toString()) as unknown
    },
    [Symbol.dispose]: () => {
      for (const agent of agents.values()) agent.destroy()
    },
  }
}

const timeoutOf = ({ httpTimeout }: Extender): number =>
  (httpTimeout === undefined ? 0 : Number(parseDuration(httpTimeout) / 1_000_000n)) || TIMEOUT_MS

/** Without an authority any certificate will do, as upstream has it. */
function tlsOf({ tlsConfig = {}, enableHTTPS }: Extender) {
  const pem = (data: string | undefined, file: string | undefined) =>
    data ? Buffer.from(data, 'base64') : file ? readFileSync(file) : undefined
  const { insecure, serverName, certData, certFile, keyData, keyFile, caData, caFile } = tlsConfig
  const ca = pem(caData, caFile)
  return {
    ca,
    cert: pem(certData, certFile),
    key: pem(keyData, keyFile),
    ...(serverName && { servername: serverName }),
    rejectUnauthorized: !insecure && !(enableHTTPS && !ca),
  }
}
