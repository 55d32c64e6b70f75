/** The enumerations of CRI runtime.v1: names and their numbers on the wire. */

export const NAMESPACE = { pod: 0, container: 1, node: 2, target: 3 } as const
export const SANDBOX_STATE = { ready: 0, notReady: 1 } as const
export const CONTAINER_STATE = { created: 0, running: 1, exited: 2, unknown: 3 } as const
export const PROTOCOL: Readonly<Record<string, number>> = { TCP: 0, UDP: 1, SCTP: 2 }
export const PROPAGATION: Readonly<Record<string, number>> = { None: 0, HostToContainer: 1, Bidirectional: 2 }
export const PROFILE: Readonly<Record<string, number>> = { RuntimeDefault: 0, Unconfined: 1, Localhost: 2 }
export const GROUPS_POLICY: Readonly<Record<string, number>> = { Merge: 0, Strict: 1 }

/** The stop signals that a container may name, in the order of their numbers on the wire. */
const SIGNALS =
  'RUNTIME_DEFAULT ABRT ALRM BUS CHLD CLD CONT FPE HUP INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ'.split(
    ' ',
  )
/** The number of a stop signal such as `SIGUSR1` or `SIGRTMIN+2`. */
export function signalNumber(name: string): number {
  const realTime = /^SIGRT(MIN|MAX)(?:[+-](\d+))?$/.exec(name)
  if (realTime) return realTime[1] === 'MIN' ? 35 + Number(realTime[2] ?? 0) : 65 - Number(realTime[2] ?? 0)
  return Math.max(0, SIGNALS.indexOf(name.replace(/^SIG/, '')))
}
/** The name of a stop signal; undefined for the runtime's own default. */
export function signalName(number: number): string | undefined {
  if (number === 0) return undefined
  if (number < 35) return `SIG${SIGNALS[number]}`
  if (number === 35) return 'SIGRTMIN'
  if (number === 65) return 'SIGRTMAX'
  return number < 51 ? `SIGRTMIN+${number - 35}` : `SIGRTMAX-${65 - number}`
}
