/** The OCI runtimes of this machine: each is a handler that a RuntimeClass may name, by its program's own name. */
import { run } from '#base/processes.ts'

export interface Handler {
  readonly name: string
  /** Which shim drives it: `io.containerd.x.vN` is the program `containerd-shim-x-vN`. */
  readonly shim: string
  /** Those that take runc's command line run under runc's shim. */
  readonly takesRuncCommands?: true
}

/** Without one of its own a pod runs under this. */
export const DEFAULT_HANDLER: Handler = { name: 'runc', shim: 'io.containerd.runc.v2', takesRuncCommands: true }
/** Used where they are found. Reference: the projects' own pages on containerd. */
const FURTHER: readonly { readonly program: string; readonly handler: Handler }[] = [
  { program: 'crun', handler: { name: 'crun', shim: DEFAULT_HANDLER.shim, takesRuncCommands: true } },
  { program: 'youki', handler: { name: 'youki', shim: DEFAULT_HANDLER.shim, takesRuncCommands: true } },
  { program: 'containerd-shim-runsc-v1', handler: { name: 'runsc', shim: 'io.containerd.runsc.v1' } },
  { program: 'containerd-shim-kata-v2', handler: { name: 'kata', shim: 'io.containerd.kata.v2' } },
]

/** The handlers whose programs the machine has. */
export const handlersOf = (hasProgram: (name: string) => boolean): readonly Handler[] => [
  DEFAULT_HANDLER,
  ...FURTHER.filter(({ program }) => hasProgram(program)).map(({ handler }) => handler),
]

/** Writes those of its arguments that are programs to be found. */
const FIND = 'for program; do if command -v "$program" > /dev/null; then echo "$program"; fi; done'

/** Looks for the programs where containerd will look for them. */
export async function findHandlers(): Promise<readonly Handler[]> {
  const programs = (await run(['sh', '-c', FIND, 'sh', ...FURTHER.map(({ program }) => program)])).split('\n')
  return handlersOf(name => programs.includes(name))
}
