/** The user's kubeconfig file: contexts added and removed, everything else kept. */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { parse, stringify } from 'yaml'
import { type Credentials, type Kubeconfig, withContext, withoutContext } from '#client/kubeconfig.ts'
import { CommandFailure } from '#cli/failure.ts'

/** The first file of $KUBECONFIG, else ~/.kube/config, as kubectl has it. */
export const userKubeconfig = (): string =>
  (process.env['KUBECONFIG'] ?? '').split(delimiter).find(Boolean) ?? join(homedir(), '.kube', 'config')

/** Throws CommandFailure when the file is there but cannot be understood: it is never overwritten then. */
export const addContext = (file: string, credentials: Credentials): void => change(file, config => withContext(config, credentials))
export function removeContext(file: string, name: string): void {
  if (existsSync(file)) change(file, config => withoutContext(config, name))
}

function change(file: string, edit: (config: Kubeconfig) => Kubeconfig): void {
  const before = read(file)
  const after = edit(before)
  if (JSON.stringify(after) === JSON.stringify(before)) return
  writeKubeconfig(file, after)
}
/** Written whole beside the file and moved over it: whoever reads meanwhile sees the old one or the new one. */
export function writeKubeconfig(file: string, config: Kubeconfig): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.knarr-new`, stringify(config, { lineWidth: 0 }), { mode: 0o600 })
  chmodSync(`${file}.knarr-new`, 0o600)
  renameSync(`${file}.knarr-new`, file)
}
function read(file: string): Kubeconfig {
  if (!existsSync(file)) return {}
  try {
    return (parse(readFileSync(file, 'utf8')) ?? {}) as Kubeconfig
  } catch (error) {
    throw new CommandFailure(
      `read kubeconfig "${file}": ${(error as Error).message}; mend or move the file, or set KUBECONFIG to another one`,
      { cause: error },
    )
  }
}
