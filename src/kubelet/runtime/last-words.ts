/** What a container that ended leaves to be read: its termination message, or the end of its log. */
import { open, stat } from 'node:fs/promises'
import type { Received } from '#base/grpc/message.ts'
import type { ContainerStatus } from './cri/container.ts'
import { parseLine } from '../serve/log-lines.ts'
import { TERMINATION_MESSAGE_PATH, TERMINATION_MESSAGE_POLICY } from './labels.ts'

/** Limits of the API. Reference: API reference, Container.terminationMessagePath and terminationMessagePolicy. */
const MESSAGE_MAX_BYTES = 4096
const LOG_MAX_BYTES = 2048
const LOG_MAX_LINES = 80

/** The message file where it has content, else the log's end if that is asked for and the container failed, else what the runtime says. */
export async function lastWords({ annotations, mounts, exitCode, logPath, message }: Received<typeof ContainerStatus>): Promise<string> {
  const path = annotations[TERMINATION_MESSAGE_PATH]
  const mount = path ? mounts.find(({ containerPath }) => containerPath === path) : undefined
  const written = mount ? await lastBytes(mount.hostPath, MESSAGE_MAX_BYTES) : ''
  if (written) return written
  if (annotations[TERMINATION_MESSAGE_POLICY] === 'FallbackToLogsOnError' && exitCode !== 0) {
    const log = await lastBytes(logPath, LOG_MAX_BYTES * 4)
    const entries = log
      .trimEnd()
      .split('\n')
      .flatMap(line => parseLine(Buffer.from(line)) ?? [])
    const text = Buffer.concat(entries.slice(-LOG_MAX_LINES).map(({ content }) => content))
      .subarray(-LOG_MAX_BYTES)
      .toString()
    if (text) return text
  }
  return message
}

async function lastBytes(path: string, maximum: number): Promise<string> {
  try {
    const { size } = await stat(path)
    await using file = await open(path)
    const buffer = Buffer.alloc(Math.min(size, maximum))
    await file.read(buffer, 0, buffer.length, size - buffer.length)
    return buffer.toString()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
