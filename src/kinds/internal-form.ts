/** Objects as messages of upstream show them: not in their form of the API, but in the server's own, whose fields begin with capitals. */

/** `names` are the fields in upstream's order; those that are absent show as null. */
export const internalForm = <T extends object>(value: T, names: readonly (keyof T & string)[]): object =>
  Object.fromEntries(names.map(name => [`${name[0]?.toUpperCase()}${name.slice(1)}`, value[name] ?? null]))
