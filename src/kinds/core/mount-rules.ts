/** Rules for a single mount of a volume. Upstream: ValidateVolumeMounts, validateMountRecursiveReadOnly. */
import type { Path } from '#schema/vocabulary.ts'
import { isLocalPath } from './volume-rules.ts'

interface Mount {
  readonly readOnly?: boolean
  readonly recursiveReadOnly?: string
  readonly subPath?: string
  readonly subPathExpr?: string
  readonly mountPropagation?: string
}
/** `at` is the path of the mount, `list` that of all mounts: upstream tells some breaches without saying which mount it was. */
export function checkMount(mount: Mount, at: Path, list: Path): void {
  for (const name of ['subPath', 'subPathExpr'] as const) {
    const wrong = mount[name] ? isLocalPath(mount[name]) : undefined
    if (wrong) list.key(name).invalid(mount[name], wrong)
  }
  if (mount.subPath && mount.subPathExpr) at.key('subPathExpr').invalid(mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive')
  const { recursiveReadOnly = 'Disabled', mountPropagation = 'None' } = mount
  if (recursiveReadOnly === 'Disabled') return
  if (!mount.readOnly) list.key('recursiveReadOnly').forbidden('may only be specified when readOnly is true')
  if (mountPropagation !== 'None')
    list.key('recursiveReadOnly').forbidden('may only be specified when mountPropagation is None or not specified')
}
