/** JSON and YAML bodies as values. */
import { JsonError, parseJson as readJson } from '#base/json.ts'
import { parseYaml as readYaml, YamlError } from '#base/yaml.ts'
import { refuse } from '#kinds/meta/refusal.ts'

export interface Parsed {
  readonly value: unknown
  /** `duplicate field "spec.replicas"`: what strict decoding refuses beyond unknown fields. */
  readonly duplicates: readonly string[]
}
const DECODER = new TextDecoder()
const duplicate = (path: string) => `duplicate field "${path}"`

/** Throws BadRequest. */
export function parseJson(body: Uint8Array): Parsed {
  try {
    const { value, duplicates } = readJson(DECODER.decode(body))
    return { value, duplicates: duplicates.map(duplicate) }
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw refuse.badRequest(`couldn't get version/kind; json parse error: ${error.message}`)
  }
}
/** Throws BadRequest. */
export function parseYaml(body: Uint8Array): Parsed {
  try {
    const [first] = readYaml(DECODER.decode(body))
    return { value: first?.value ?? null, duplicates: (first?.duplicates ?? []).map(duplicate) }
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    throw refuse.badRequest(error.message)
  }
}
