/** Problems of a body in the order in which their fields stand in it: as a decoder comes upon them, and as upstream tells them. */

/** `problems` name fields by path, in quotes: `unknown field "spec.foo"`. Those whose field is not in `value` come last. */
export function inDocumentOrder(problems: readonly string[], value: unknown): readonly string[] {
  const places = new Map<string, number>()
  place(value, '', places)
  const placeOf = (problem: string) => places.get(problem.slice(problem.indexOf('"') + 1, problem.lastIndexOf('"'))) ?? places.size
  return problems.toSorted((a, b) => placeOf(a) - placeOf(b))
}

function place(value: unknown, path: string, places: Map<string, number>): void {
  places.set(path, places.size)
  if (Array.isArray(value)) for (const [i, item] of value.entries()) place(item, `${path}[${i}]`, places)
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) place(inner, path ? `${path}.${name}` : name, places)
}
