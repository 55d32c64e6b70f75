/** What people are told of a replica set that changes its size. */
import type { Note } from '#client/plan.ts'

export const scalingNote = (name: string, from: number, to: number): Note => ({
  type: 'Normal',
  reason: 'ScalingReplicaSet',
  message: `Scaled ${to > from ? 'up' : 'down'} replica set ${name} from ${from} to ${to}`,
})
