/** Reads the files in a pod's volumes from which a container takes variables (KEP-3721), when it starts. */
import { openInside } from '#base/open-inside.ts'
import type { Container } from '#kinds/core/container.ts'
import { envFileKey } from '../runtime/env-file.ts'
import { ConfigProblem } from '../runtime/environment.ts'

/** Upstream's; more is no list of variables. */
const FILE_BYTES_MAX = 64 * 1024

/** Texts by file; one that is not there has none. Throws ConfigProblem. */
export async function readEnvFiles(
  { env = [] }: Pick<Container, 'env'>,
  paths: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>()
  for (const { valueFrom } of env) {
    const reference = valueFrom?.fileKeyRef
    const folder = reference && paths.get(reference.volumeName)
    if (!reference || folder === undefined || texts.has(envFileKey(reference))) continue
    await using file = await openInside(folder, reference.path)
    if (!file || !(await file.stat()).isFile()) continue
    if ((await file.stat()).size > FILE_BYTES_MAX)
      throw new ConfigProblem(`environment variable file "${reference.path}" of volume "${reference.volumeName}" is larger than 64 KiB`)
    texts.set(envFileKey(reference), await file.readFile('utf8'))
  }
  return texts
}
