/** Gathers the rules of aggregated cluster roles from those that their selectors pick. Upstream: clusterroleaggregation. */
import { watches } from '#client/controller.ts'
import type { Decider, Plan, Sight } from '#client/plan.ts'
import type { Ref } from '#client/transport.ts'
import { ClusterRole } from '#kinds/rbac/cluster-role.ts'
import { selects } from '#kinds/meta/selecting.ts'
import { isEqual } from '#schema/json-value.ts'

const isAggregated = ({ aggregationRule }: ClusterRole) => aggregationRule !== undefined

export const clusterRoleAggregationController: Decider<ClusterRole, readonly ClusterRole[]> = {
  name: 'clusterrole-aggregation-controller',
  decides: ClusterRole,
  watches: [
    watches(ClusterRole, (_, mirrors) =>
      mirrors
        .of(ClusterRole)
        .list()
        .filter(isAggregated)
        .map(({ metadata }) => metadata as Ref),
    ),
  ],
  look: (role, mirrors) => (isAggregated(role) ? mirrors.of(ClusterRole).list() : []),
  decide,
}

/** The rules of all roles that a selector picks, by the roles' names, each rule once; the role's own do not count. */
export function decide({ object: role, more: roles }: Sight<ClusterRole, readonly ClusterRole[]>): Plan<ClusterRole> {
  const selectors = role.aggregationRule?.clusterRoleSelectors
  if (!selectors) return {}
  const picked = roles
    .filter(({ metadata }) => metadata.name !== role.metadata.name && selectors.some(selector => selects(selector, metadata.labels)))
    .toSorted((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1))
  const rules: ClusterRole['rules'][number][] = []
  for (const rule of picked.flatMap(({ rules }) => rules ?? [])) if (!rules.some(one => isEqual(one, rule))) rules.push(rule)
  const isSame = (role.rules ?? []).length === rules.length && rules.every(rule => (role.rules ?? []).some(one => isEqual(one, rule)))
  return isSame ? {} : { object: { ...role, rules } }
}
