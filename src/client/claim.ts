/** Adoption and release: which objects an owner controls, by owner reference and selector. Upstream: controller_ref_manager. */
import { isRefusal } from '#kinds/meta/refusal.ts'
import { selects } from '#kinds/meta/selecting.ts'
import type { AnyKind } from '#kinds/catalogue.ts'
import type { KindClass } from '#kinds/declare.ts'
import type { Cluster } from './controller.ts'
import { controlledBy, controllerReference, type Meta, orphansIn } from './owners.ts'
import type { Owned } from './plan.ts'

interface Claim<T> {
  readonly keep: readonly T[]
  readonly adopt: readonly T[]
  readonly release: readonly T[]
}
/**
 * | the object | selected | owner lives | then |
 * |---|---|---|---|
 * | is controlled by the owner | yes, or no selector | | keep |
 * | is controlled by the owner | no | yes | release |
 * | has no controller and is not being deleted | yes | yes | adopt |
 * | otherwise | | | is none of the owner's |
 */
export function claimOf<C extends Meta>(
  owner: Meta,
  select: ((labels: Readonly<Record<string, string>>) => boolean) | undefined,
  { controlled, orphans }: { readonly controlled: readonly C[]; readonly orphans: readonly C[] },
): Claim<C> {
  if (!select) return { keep: controlled, adopt: [], release: [] }
  const isSelected = ({ metadata }: C) => select(metadata.labels ?? {})
  const keep: C[] = []
  const others: C[] = []
  for (const one of controlled) (isSelected(one) ? keep : others).push(one)
  if (owner.metadata.deletionTimestamp) return { keep, adopt: [], release: [] }
  return { keep, adopt: orphans.filter(orphan => !orphan.metadata.deletionTimestamp && isSelected(orphan)), release: others }
}

/** The owner's children of one kind, after adopting and releasing. Throws Refusal. */
export async function claim<T extends Meta>(
  cluster: Cluster,
  { decides, object, owned }: { readonly decides: AnyKind; readonly object: T; readonly owned: Owned<T> },
): Promise<readonly Meta[]> {
  const { kind, selector } = owned
  const mirror = cluster.mirrors.of<Meta>(kind)
  const wanted = selector?.(object)
  const { keep, adopt, release } = claimOf(object, selector && (labels => selects(wanted, labels)), {
    controlled: controlledBy(mirror, object.metadata.uid as string),
    orphans: selector ? orphansIn(mirror, object.metadata.namespace) : [],
  })
  const patch = async (child: Meta, reference: object): Promise<Meta | undefined> => {
    const { uid, namespace, name } = child.metadata
    try {
      const body = { metadata: { uid, ownerReferences: [reference] } }
      const written = await cluster.client.patch(kind as KindClass<Meta>, { namespace, name: name as string }, 'strategic', body)
      mirror.learn(written)
      return written
    } catch (error) {
      // Gone, replaced by another of the same name, or controlled by someone else since: no longer ours to claim.
      if (isRefusal(error, 'NotFound') || isRefusal(error, 'Invalid') || isRefusal(error, 'Conflict')) return undefined
      throw error
    }
  }
  await Promise.all(release.map(child => patch(child, { $patch: 'delete', uid: object.metadata.uid })))
  // The mirror may not know yet that the owner is going: only the server's word lets it adopt.
  if (adopt.length === 0 || !(await lives(cluster, decides, object))) return keep
  const adopted = await Promise.all(adopt.map(child => patch(child, controllerReference(decides, object))))
  return [...keep, ...adopted.filter(child => child !== undefined)]
}
async function lives({ client }: Cluster, kind: AnyKind, { metadata }: Meta): Promise<boolean> {
  try {
    const { namespace, name, uid } = metadata
    const now: Meta = await client.get<Meta>(kind, { namespace, name: name as string })
    return now.metadata.uid === uid && !now.metadata.deletionTimestamp
  } catch (error) {
    if (isRefusal(error, 'NotFound')) return false
    throw error
  }
}
