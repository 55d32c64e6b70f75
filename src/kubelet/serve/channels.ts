/** The sub-protocols in which browsers and newer clients speak exec and attach over WebSocket: a byte in front says which stream. */
import { Denied } from './denied.ts'

/** Channel numbers. Upstream: apimachinery, pkg/util/remotecommand. */
export const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const

export interface ChannelProtocol {
  readonly name: string
  /** Messages are text: a digit, then base64. */
  readonly isBase64: boolean
  /** The end of a command is told as a Status object, not as a sentence. */
  readonly hasStatus: boolean
  /** The client can end its input without ending the connection (KEP-4006). */
  readonly canClose: boolean
}
const protocol = (name: string, { isBase64 = false, version }: { isBase64?: boolean; version: number }): ChannelProtocol => ({
  name,
  isBase64,
  hasStatus: version >= 4,
  canClose: version >= 5,
})
/** For who offers none. */
const NAMELESS = protocol('', { version: 1 })
const FIRST = [protocol('channel.k8s.io', { version: 1 }), protocol('base64.channel.k8s.io', { isBase64: true, version: 1 })]
const FOURTH = [protocol('v4.channel.k8s.io', { version: 4 }), protocol('v4.base64.channel.k8s.io', { isBase64: true, version: 4 })]
/** It has no base64 form. */
const FIFTH = protocol('v5.channel.k8s.io', { version: 5 })

/** For exec and attach: the fifth version where a client knows it, else what it would like best; none offered means the first version. Throws Denied. */
export const commandProtocol = (offered: readonly string[]): ChannelProtocol =>
  offered.includes(FIFTH.name) ? FIFTH : chosen(offered, [NAMELESS, ...FIRST, ...FOURTH])
/** For port forwarding. Throws Denied. */
export const forwardProtocol = (offered: readonly string[]): ChannelProtocol => chosen(offered, [NAMELESS, ...FOURTH])

function chosen(offered: readonly string[], supported: readonly ChannelProtocol[]): ChannelProtocol {
  const wanted = offered.length ? offered : [NAMELESS.name]
  for (const name of wanted) {
    const found = supported.find(one => one.name === name)
    if (found) return found
  }
  const names = supported.map(({ name }) => name)
  throw new Denied(403, `requested protocol(s) are not supported: [${offered.join(' ')}]; supports [${names.join(' ')}]`)
}

/** The digit 0; channels above 9 go on from there. */
const ZERO = 0x30

export function encodeMessage(channel: number, bytes: Uint8Array, { isBase64 }: ChannelProtocol): Buffer | string {
  return isBase64
    ? String.fromCharCode(ZERO + channel) + Buffer.from(bytes).toString('base64')
    : Buffer.concat([Buffer.from([channel]), bytes])
}
/** Undefined for an empty message. */
export function decodeMessage(
  message: Buffer,
  { isBase64 }: ChannelProtocol,
): { readonly channel: number; readonly bytes: Buffer } | undefined {
  if (message.length === 0) return undefined
  if (!isBase64) return { channel: message[0] as number, bytes: message.subarray(1) }
  return { channel: (message[0] as number) - ZERO, bytes: Buffer.from(message.toString('latin1', 1), 'base64') }
}
