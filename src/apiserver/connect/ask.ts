/** A short question to a kubelet, by this server itself. */
import { request as requestTls } from 'node:https'
import { text } from 'node:stream/consumers'
import { refuse } from '#kinds/meta/refusal.ts'
import type { Backend } from './backend.ts'
import { hostText, secure } from './tunnel.ts'

/** A kubelet that hangs must not hold whoever asks for all nodes. */
const ANSWER_TIMEOUT_MS = 5_000

/** The text under a path of a kubelet. Throws ServiceUnavailable when it cannot be reached, does not answer in time, or does not answer 200. */
export function askKubelet({ host, port, path, access }: Backend): Promise<string> {
  const failed = (why: string) => refuse.unavailable(`ask kubelet at ${hostText({ host, port })} for ${path}: ${why}`)
  return new Promise((resolve, reject) => {
    const options = { host, port, path, agent: false, timeout: ANSWER_TIMEOUT_MS, ...secure(access) } as const
    const request = requestTls(options, response => {
      text(response).then(body => {
        if (response.statusCode === 200) resolve(body)
        else reject(failed(`${response.statusCode} ${body.trim()}`))
      }, reject)
    })
    request.once('timeout', () => request.destroy(new Error(`no answer within ${ANSWER_TIMEOUT_MS} ms`)))
    request.once('error', error => reject(failed(error.message)))
    request.end()
  })
}
