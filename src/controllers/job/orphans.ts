/** Lets pods go whose job is gone or has released them: nobody will count them any more. Upstream: syncOrphanPod. */
import type { Controller } from '#client/controller.ts'
import type { Mirrors } from '#client/mirrors.ts'
import { isReferenceTo } from '#client/owners.ts'
import { Job } from '#kinds/batch/job.ts'
import { Pod } from '#kinds/core/pod.ts'
import { controllerOf } from '#kinds/meta/owners.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { isFinished, isTracked, TRACKING } from './facts.ts'

/** Whether a job still wants to count the pod. */
function isCounted({ metadata }: Pod, mirrors: Mirrors): boolean {
  const owner = controllerOf(metadata)
  if (!owner) return false
  // Whoever else controls the pod manages the finalizer.
  if (!isReferenceTo(Job, owner)) return true
  const job = mirrors.of(Job).get({ namespace: metadata.namespace, name: owner.name })
  return job?.metadata.uid === owner.uid && !isFinished(job)
}

export const jobOrphansController: Controller = {
  name: 'job-controller',
  reconciles: Pod,
  watches: [
    {
      kind: Job,
      concerns: (job, mirrors) => {
        const { namespace, uid } = (job as Job).metadata
        const pods = mirrors.of(Pod).list(namespace)
        return pods
          .filter(({ metadata }) => controllerOf(metadata)?.uid === uid)
          .map(({ metadata }) => ({ namespace, name: metadata.name as string }))
      },
      matters: (_, after) => after === undefined || isFinished(after as Job),
    },
  ],
  act: async (ref, { client, mirrors }) => {
    const pod = mirrors.of(Pod).get(ref)
    if (!pod || !isTracked(pod) || isCounted(pod, mirrors)) return undefined
    const { uid, resourceVersion, finalizers = [] } = pod.metadata
    try {
      const body = { metadata: { uid, resourceVersion, finalizers: finalizers.filter(one => one !== TRACKING) } }
      mirrors.of(Pod).learn(await client.patch(Pod, ref, 'merge', body))
    } catch (error) {
      if (!isRefusal(error, 'NotFound')) throw error
    }
    return undefined
  },
}
