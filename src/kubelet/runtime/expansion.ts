/** References to variables in commands, arguments and values: `$(NAME)`. */

/**
 * Replaces `$(NAME)` by what `lookup` knows; unknown names stay as they are written. `$$` stands for one `$`, so `$$(NAME)` is never replaced.
 * Reference: API reference, EnvVar.value and Container.command.
 */
export const expand = (text: string, lookup: (name: string) => string | undefined): string =>
  text.replaceAll(/\$(?:\$|\(([^)]*)\))/g, (whole, name: string | undefined) => (name === undefined ? '$' : (lookup(name) ?? whole)))
