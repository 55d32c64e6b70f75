/** Keeps the numbered pods of each StatefulSet, and their claims. */
import { watches } from '#client/controller.ts'
import type { Decider } from '#client/plan.ts'
import type { Ref } from '#client/transport.ts'
import { ControllerRevision } from '#kinds/apps/controller-revision.ts'
import { StatefulSet } from '#kinds/apps/stateful-set.ts'
import { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import { Pod } from '#kinds/core/pod.ts'
import type { Claims } from './claims.ts'
import { decide } from './decide.ts'

/** Whether the claim has the name of one of the set's. */
const belongs = ({ metadata, spec }: StatefulSet, claim: string | undefined) =>
  (spec.volumeClaimTemplates ?? []).some(template => claim?.startsWith(`${template.metadata.name}-${metadata.name}-`))

export const statefulSetController: Decider<StatefulSet, Claims> = {
  name: 'statefulset-controller',
  decides: StatefulSet,
  owns: [
    { kind: Pod, selector: ({ spec }) => spec.selector },
    { kind: ControllerRevision, selector: ({ spec }) => spec.selector, isQuiet: true },
  ],
  watches: [
    watches(PersistentVolumeClaim, ({ metadata }, mirrors) =>
      mirrors
        .of(StatefulSet)
        .list(metadata.namespace)
        .filter(set => belongs(set, metadata.name))
        .map(({ metadata }) => metadata as Ref),
    ),
  ],
  look: (set, mirrors) =>
    new Map(
      set.spec.volumeClaimTemplates?.length
        ? mirrors
            .of(PersistentVolumeClaim)
            .list(set.metadata.namespace)
            .filter(({ metadata }) => belongs(set, metadata.name))
            .map(claim => [claim.metadata.name as string, claim])
        : [],
    ),
  decide,
}
