/** Making and deleting pods, with the events that tell of it. Upstream: pkg/controller, RealPodControl. */
import type { Creation, Deletion } from '#client/plan.ts'
import { Pod } from '#kinds/core/pod.ts'
import type { NewPod } from './from-template.ts'

export const creationOf = (object: NewPod): Creation<Pod> => ({
  kind: Pod,
  object,
  done: ({ metadata }) => ({ type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${metadata.name}` }),
  refused: ({ message }) => ({ type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${message}` }),
})
export const deletionOf = (pod: Pod): Deletion<Pod> => ({
  kind: Pod,
  object: pod,
  done: ({ metadata }) => ({ type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${metadata.name}` }),
  refused: ({ message }) => ({ type: 'Warning', reason: 'FailedDelete', message: `Error deleting: ${message}` }),
})
