/** The program that holds a pod's namespaces open: an ELF file made here, a few system calls long. */

/**
 * It blocks all signals, then waits for one at a time: SIGTERM and SIGINT end it, SIGCHLD makes it reap what was left to it.
 * (As process 1 of a pod it would never see a signal for which it has no handler; a blocked one it can wait for.)
 * Written as machine code because users' machines need no compiler; offsets are relative to the first instruction.
 */
const PROGRAMS: Readonly<Record<string, { readonly machine: number; readonly code: string }>> = {
  amd64: {
    machine: 62,
    code: [
      'b80e000000 31ff 488d355a000000 31d2 41ba08000000 0f05', // rt_sigprocmask(SIG_BLOCK, &mask, 0, 8)
      'b880000000 488d3d44000000 31f6 31d2 41ba08000000 0f05', // 0x18: rt_sigtimedwait(&mask, 0, 0, 8)
      '83f80f 7426 83f802 7421 83f811 75d9', // SIGTERM, SIGINT: to 0x5b; not SIGCHLD: to 0x18
      'b83d000000 4883cfff 31f6 ba01000000 4531d2 0f05', // 0x3f: wait4(-1, 0, WNOHANG, 0)
      '4885c0 7fe6 ebbd', // reaped one: to 0x3f; else to 0x18
      'b83c000000 31ff 0f05', // 0x5b: exit(0)
      '0f1f4000 ffffffffffffffff', // 0x68: mask
    ].join(''),
  },
  arm64: {
    machine: 183,
    code: [
      'e81080d2 000080d2 81030010 020080d2 030180d2 010000d4', // rt_sigprocmask(SIG_BLOCK, &mask, 0, 8)
      '281180d2 e0020010 010080d2 020080d2 030180d2 010000d4', // 0x18: rt_sigtimedwait(&mask, 0, 0, 8)
      '1f3c0071 c0010054 1f080071 80010054 1f440071 a1feff54', // SIGTERM, SIGINT: to 0x6c; not SIGCHLD: to 0x18
      '882080d2 00008092 010080d2 220080d2 030080d2 010000d4', // 0x48: wait4(-1, 0, WNOHANG, 0)
      '1f0000f1 2cffff54 ecffff17', // reaped one: to 0x48; else to 0x18
      'a80b80d2 000080d2 010000d4', // 0x6c: exit(0)
      'ffffffffffffffff', // 0x78: mask
    ].join(''),
  },
}
const ADDRESS = 0x400000
const HEADER_BYTES = 64
const SEGMENT_HEADER_BYTES = 56

/** The architectures for which there is a program, as OCI names them. */
export const PAUSE_ARCHITECTURES: readonly string[] = Object.keys(PROGRAMS)

/** The bytes of the executable. Throws when the architecture is unknown. */
export function pauseProgram(architecture: string): Buffer {
  const program = PROGRAMS[architecture]
  if (!program) throw new Error(`make pause program: architecture "${architecture}" is not among ${PAUSE_ARCHITECTURES.join(', ')}`)
  const code = Buffer.from(program.code.replaceAll(' ', ''), 'hex')
  const start = HEADER_BYTES + SEGMENT_HEADER_BYTES
  const file = Buffer.alloc(start + code.length)
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]) // ELF, 64 bits, little endian, version 1
  file.writeUInt16LE(2, 16) // executable
  file.writeUInt16LE(program.machine, 18)
  file.writeUInt32LE(1, 20)
  file.writeBigUInt64LE(BigInt(ADDRESS + start), 24) // entry
  file.writeBigUInt64LE(BigInt(HEADER_BYTES), 32) // segment headers
  file.writeUInt16LE(HEADER_BYTES, 52)
  file.writeUInt16LE(SEGMENT_HEADER_BYTES, 54)
  file.writeUInt16LE(1, 56)
  const segment = file.subarray(HEADER_BYTES)
  segment.writeUInt32LE(1, 0) // load
  segment.writeUInt32LE(5, 4) // read and execute
  segment.writeBigUInt64LE(BigInt(ADDRESS), 16)
  segment.writeBigUInt64LE(BigInt(ADDRESS), 24)
  segment.writeBigUInt64LE(BigInt(file.length), 32)
  segment.writeBigUInt64LE(BigInt(file.length), 40)
  segment.writeBigUInt64LE(0x10000n, 48)
  file.set(code, start)
  return file
}
