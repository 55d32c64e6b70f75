/** A container's environment: in which order variables are gathered, where each value comes from, and what is missing. */
import { decodeBase64 } from '#base/base64.ts'
import type { Container } from '#kinds/core/container.ts'
import type { EnvVar } from '#kinds/core/environment.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { type PodPlace, podField, resourceField, UnknownField } from './downward.ts'
import type { FileKeySelector } from '#kinds/core/references.ts'
import { BadEnvFile, envFileKey, parseEnvFile } from './env-file.ts'
import { expand } from './expansion.ts'

/** Objects of the pod's namespace, as they are known now; undefined when there is none of that name. */
export interface Sources {
  configMap(
    name: string,
  ): { readonly data?: Readonly<Record<string, string>>; readonly binaryData?: Readonly<Record<string, string>> } | undefined
  /** Values in base64. */
  secret(name: string): { readonly data?: Readonly<Record<string, string>>; readonly type?: string } | undefined
}
export interface EnvironmentInput {
  readonly pod: Pod
  readonly container: Pick<Container, 'name' | 'env' | 'envFrom'>
  readonly place: PodPlace
  readonly sources: Sources
  /** Variables about services; the container's own win over them. */
  readonly services: Readonly<Record<string, string>>
  /** Texts of the files in volumes that the container names; see envFileKey. */
  readonly files?: ReadonlyMap<string, string>
}

/** Why a container cannot be made as its pod says. Shown as reason CreateContainerConfigError. */
export class ConfigProblem extends Error {
  override readonly name = 'ConfigProblem'
}

/** Later ones win: services, then envFrom in order, then env in order. Throws ConfigProblem. */
export function environment(input: EnvironmentInput): ReadonlyMap<string, string> {
  const { container, services } = input
  const result = new Map<string, string>()
  for (const source of container.envFrom ?? []) {
    const { prefix = '' } = source
    for (const [key, value] of Object.entries(allOf(source, input))) result.set(`${prefix}${key}`, value)
  }
  for (const variable of container.env ?? []) {
    const value = valueOf(variable, input, name => result.get(name) ?? services[name])
    if (value !== undefined) result.set(variable.name, value)
  }
  for (const [name, value] of Object.entries(services)) if (!result.has(name)) result.set(name, value)
  return result
}

function allOf(
  { configMapRef, secretRef }: NonNullable<Container['envFrom']>[number],
  { sources, pod }: EnvironmentInput,
): Readonly<Record<string, string>> {
  if (configMapRef) {
    const found = sources.configMap(configMapRef.name ?? '')
    if (!found && !configMapRef.optional) throw new ConfigProblem(`configmap "${configMapRef.name}" not found`)
    return found?.data ?? {}
  }
  if (secretRef) {
    const found = sources.secret(secretRef.name ?? '')
    if (!found && !secretRef.optional) throw new ConfigProblem(`secret "${secretRef.name}" not found`)
    return Object.fromEntries(Object.entries(found?.data ?? {}).map(([key, value]) => [key, text(value)]))
  }
  throw new ConfigProblem(`pod "${pod.metadata.name}" has an envFrom entry without a source`)
}
const text = (base64: string) => Buffer.from(decodeBase64(base64)).toString()

/** Undefined when an optional reference leads nowhere: the variable is then not set. */
function valueOf(
  { value, valueFrom }: EnvVar,
  { pod, container, place, sources, files }: EnvironmentInput,
  lookup: (name: string) => string | undefined,
): string | undefined {
  if (!valueFrom) return expand(value ?? '', lookup)
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = valueFrom
  try {
    if (fieldRef) return podField(fieldRef.fieldPath, pod, place)
    if (resourceFieldRef)
      return resourceField({ ...resourceFieldRef, containerName: resourceFieldRef.containerName || container.name }, pod, place)
  } catch (error) {
    if (error instanceof UnknownField) throw new ConfigProblem(error.message, { cause: error })
    throw error
  }
  const { namespace } = pod.metadata
  if (configMapKeyRef) {
    const { name = '', key, optional } = configMapKeyRef
    const found = sources.configMap(name)
    if (found?.data?.[key] !== undefined) return found.data[key]
    if (optional) return undefined
    throw new ConfigProblem(found ? `couldn't find key ${key} in ConfigMap ${namespace}/${name}` : `configmap "${name}" not found`)
  }
  if (secretKeyRef) {
    const { name = '', key, optional } = secretKeyRef
    const found = sources.secret(name)
    if (found?.data?.[key] !== undefined) return text(found.data[key])
    if (optional) return undefined
    throw new ConfigProblem(found ? `couldn't find key ${key} in Secret ${namespace}/${name}` : `secret "${name}" not found`)
  }
  return fileKeyRef && ofFile(fileKeyRef, files)
}

function ofFile(reference: FileKeySelector, files: ReadonlyMap<string, string> | undefined): string | undefined {
  const { volumeName, path, key, optional } = reference
  const text = files?.get(envFileKey(reference))
  try {
    const value = text === undefined ? undefined : parseEnvFile(text).get(key)
    if (value !== undefined || optional) return value
  } catch (error) {
    if (!(error instanceof BadEnvFile)) throw error
    throw new ConfigProblem(`couldn't parse environment variable file "${path}" of volume "${volumeName}": ${error.message}`, {
      cause: error,
    })
  }
  throw new ConfigProblem(`environment variable key "${key}" not found in file "${path}" of volume "${volumeName}"`)
}
