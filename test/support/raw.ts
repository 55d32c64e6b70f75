/** Requests as HTTP has them, each on a connection of its own, for tests that look at methods, headers and texts. */
import type { OutgoingHttpHeaders } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { text } from 'node:stream/consumers'

export interface RawOptions {
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Uint8Array
}
export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly text: string
}

/** `options` say the method and, by certificate, who asks. */
export function rawRequest(url: URL, options: RequestOptions, { headers = {}, body = '' }: RawOptions = {}): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const asked = httpsRequest(url, { ...options, headers: headers as OutgoingHttpHeaders, agent: false }, answer => {
      text(answer).then(
        told => resolve({ status: answer.statusCode ?? 0, headers: answer.headers as RawAnswer['headers'], text: told }),
        reject,
      )
    })
    asked.on('error', reject).end(body)
  })
}
