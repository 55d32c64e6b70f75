/** What expressions know everywhere in Kubernetes beside the language itself. Reference: "Common Expression Language in Kubernetes". */
import { environment as plain, type Environment } from '#base/cel/expression.ts'
import { registerLists } from './lists.ts'
import { registerQuantity } from './quantity.ts'
import { registerSemver } from './semver.ts'
import { registerStrings } from './strings.ts'

export function kubernetesEnvironment(): Environment {
  const made = plain()
  for (const register of [registerQuantity, registerSemver, registerLists, registerStrings]) register(made)
  return made
}
