/** Addresses of one name take turns at the beginning: most clients try the first one first. */
import { questionEnd } from './message.ts'
import { nameEnd } from './name.ts'
import { TYPE } from './numbers.ts'

/** A pointer to the question, type, class, time to live, length. */
const HEAD_BYTES = 12

/** The message itself, or a copy whose answers begin elsewhere: only where all are addresses of the name that was asked for, so that all are of one length. */
export function rotated(message: Buffer, turn: number): Buffer {
  const count = message.readUInt16BE(6)
  if (count < 2) return message
  const start = questionEnd(message)
  if (start === undefined) return message
  const type = message.readUInt16BE(start - 4)
  const size = type === TYPE.A ? HEAD_BYTES + 4 : type === TYPE.AAAA ? HEAD_BYTES + 16 : undefined
  if (size === undefined || nameEnd(message, start) !== start + 2 || message.readUInt16BE(start + 2) !== type) return message
  const end = start + count * size
  const split = start + (turn % count) * size
  const copy = Buffer.from(message)
  message.copy(copy, start, split, end)
  message.copy(copy, start + end - split, start, split)
  return copy
}
