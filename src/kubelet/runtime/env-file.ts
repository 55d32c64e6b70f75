/** Files of variables that containers write for others of their pod. Pure. Reference: tasks, "Define Environment Variable Values Using An Init Container", env file syntax. */

/** A file that says something else than `NAME='value'` lines, blank ones and comments. */
export class BadEnvFile extends Error {
  override readonly name = 'BadEnvFile'
}
const NOTHING = /[ \t]*(?:#[^\n]*)?(?:\n|$)/y
/** What stands in the quotes is taken as it is, line ends too. */
const VARIABLE = /[ \t]*([^\s='#]+)[ \t]*=[ \t]*'([^']*)'[ \t\r]*(?:\n|$)/y

/** Later ones win. Throws BadEnvFile. */
export function parseEnvFile(text: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>()
  for (let at = 0; at < text.length; ) {
    NOTHING.lastIndex = VARIABLE.lastIndex = at
    const variable = VARIABLE.exec(text)
    if (variable) variables.set(variable[1] as string, variable[2] as string)
    else if (!NOTHING.test(text)) throw new BadEnvFile(`line ${text.slice(0, at).split('\n').length} is not of the form NAME='value'`)
    at = variable ? VARIABLE.lastIndex : NOTHING.lastIndex
  }
  return variables
}

/** Names a file among those of a container. */
export const envFileKey = ({ volumeName, path }: { readonly volumeName: string; readonly path: string }): string => `${volumeName}\0${path}`
