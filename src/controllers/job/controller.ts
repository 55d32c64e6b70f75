/** Runs the pods of each Job until enough of them have succeeded. */
import type { Decider } from '#client/plan.ts'
import { Job } from '#kinds/batch/job.ts'
import { Pod } from '#kinds/core/pod.ts'
import { decide } from './decide.ts'

export const jobController: Decider<Job> = {
  name: 'job-controller',
  decides: Job,
  owns: [{ kind: Pod, selector: ({ spec }) => spec.selector }],
  decide,
}
