/** Keeps the pod of each DaemonSet on every node that should run it. */
import { watches } from '#client/controller.ts'
import type { Decider } from '#client/plan.ts'
import type { Ref } from '#client/transport.ts'
import { ControllerRevision } from '#kinds/apps/controller-revision.ts'
import { DaemonSet } from '#kinds/apps/daemon-set.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isEqual } from '#schema/json-value.ts'
import { type DaemonSetSight, decide } from './decide.ts'
import { rememberFailures } from './failures.ts'

/** What decides whether a pod belongs on the node. */
const traits = (node: unknown) => node && { labels: (node as Node).metadata.labels, taints: (node as Node).spec.taints }

export function daemonSetController(): Decider<DaemonSet, DaemonSetSight['more']> {
  const failures = rememberFailures()
  return {
    name: 'daemonset-controller',
    decides: DaemonSet,
    owns: [
      { kind: Pod, selector: ({ spec }) => spec.selector },
      { kind: ControllerRevision, selector: ({ spec }) => spec.selector, isQuiet: true },
    ],
    watches: [
      {
        ...watches(Node, (_, mirrors) =>
          mirrors
            .of(DaemonSet)
            .list()
            .map(({ metadata }) => metadata as Ref),
        ),
        matters: (before, after) => !isEqual(traits(before), traits(after)),
      },
    ],
    look: (set, mirrors) => ({ nodes: mirrors.of(Node).list().toSorted(byName), failures: failures.of(set) }),
    decide: sight => {
      const { failed = [], ...plan } = decide(sight)
      failures.add(sight.object, failed, sight.now)
      return plan
    },
    afterwards: ref => {
      failures.forget(ref)
      return {}
    },
  }
}
const byName = (a: Node, b: Node) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1)
