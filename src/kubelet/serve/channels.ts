/** The sub-protocols in which browsers and newer clients speak exec and attach over WebSocket: a byte in front says which stream. */

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
const versions: readonly ChannelProtocol[] = [5, 4, 3, 2, 1].flatMap(version => {
  const prefix = version === 1 ? '' : `v${version}.`
  const traits = { hasStatus: version >= 4, canClose: version >= 5 }
  const plain = { name: `${prefix}channel.k8s.io`, isBase64: false, ...traits }
  // Of version 5 there is no base64 form.
  return version === 5 ? [plain] : [plain, { name: `${prefix}base64.channel.k8s.io`, isBase64: true, ...traits }]
})

/** The best of those that a client offers; none offered means the first version. */
export function chooseProtocol(offered: Iterable<string>): ChannelProtocol | undefined {
  const names = new Set(offered)
  if (names.size === 0) return { name: '', isBase64: false, hasStatus: false, canClose: false }
  return versions.find(({ name }) => names.has(name))
}

export function encodeMessage(channel: number, bytes: Uint8Array, { isBase64 }: ChannelProtocol): Buffer | string {
  return isBase64 ? `${channel}${Buffer.from(bytes).toString('base64')}` : Buffer.concat([Buffer.from([channel]), bytes])
}
/** Undefined for an empty message. */
export function decodeMessage(
  message: Buffer,
  { isBase64 }: ChannelProtocol,
): { readonly channel: number; readonly bytes: Buffer } | undefined {
  if (message.length === 0) return undefined
  if (!isBase64) return { channel: message[0] as number, bytes: message.subarray(1) }
  return { channel: (message[0] as number) - 0x30, bytes: Buffer.from(message.toString('latin1', 1), 'base64') }
}
