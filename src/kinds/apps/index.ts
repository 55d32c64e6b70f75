/** The kinds of apps/v1. */
import { ControllerRevision } from './controller-revision.ts'
import { DaemonSet } from './daemon-set.ts'
import { Deployment } from './deployment.ts'
import { ReplicaSet } from './replica-set.ts'
import { StatefulSet } from './stateful-set.ts'

export const kinds = [ControllerRevision, DaemonSet, Deployment, ReplicaSet, StatefulSet] as const
