/** What comes over a WebSocket of the API that carries several streams, each in its channel. */
import { WebSocket } from 'ws'
import { adminCredentials } from '#bin/host/credentials.ts'
import type { ClusterFolder } from '#cli/cluster.ts'

/** Each message as it came: the channel's number, then its bytes. Throws when the connection is refused or breaks. */
export async function messages(folder: ClusterFolder, path: string, protocol: string): Promise<readonly Buffer[]> {
  const { server, authority, certificate, key } = adminCredentials(folder)
  const socket = new WebSocket(new URL(path, server.replace(/^http/, 'ws')), [protocol], { ca: authority, cert: certificate, key })
  const got: Buffer[] = []
  socket.on('message', (data: Buffer) => got.push(data))
  await new Promise<void>((resolve, reject) => socket.once('close', () => resolve()).once('error', reject))
  return got
}

export interface Talk {
  readonly stdout: string
  readonly stderr: string
  /** A Status as JSON: how it ended. */
  readonly status: string
}
/** Runs a command to its end. */
export async function talk(folder: ClusterFolder, path: string): Promise<Talk> {
  const got = await messages(folder, path, 'v5.channel.k8s.io')
  const of = (channel: number) =>
    Buffer.concat(got.filter(message => message[0] === channel).map(message => message.subarray(1))).toString()
  return { stdout: of(1), stderr: of(2), status: of(3) }
}
