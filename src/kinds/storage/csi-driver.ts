/** CSIDriver: a storage driver in the cluster. */
import { age } from '#kinds/columns.ts'
import { bool, int64, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class TokenRequest extends struct({
  audience: field(1, string, 'For whom the token is meant.', { required: true }),
  expirationSeconds: field(2, int64, 'How long the token is valid, in seconds.', { explicit: true }),
}) {}

export class CSIDriverSpec extends struct(
  {
    attachRequired: field(1, bool, 'Whether volumes must be attached before they are mounted.', {
      explicit: true,
      default: true,
      immutable: true,
    }),
    podInfoOnMount: field(2, bool, 'Whether the driver is told about the pod.', { explicit: true, default: false }),
    volumeLifecycleModes: field(3, list(oneOf('Persistent', 'Ephemeral'), { listType: 'set' }), 'Persistent, ephemeral or both.', {
      default: ['Persistent'],
      immutable: true,
    }),
    storageCapacity: field(4, bool, 'Whether the scheduler looks at the free space that the driver reports.', {
      explicit: true,
      default: false,
    }),
    fsGroupPolicy: field(
      5,
      oneOf('ReadWriteOnceWithFSType', 'File', 'None'),
      "Whether ownership of the volume is changed to the pod's group.",
      { explicit: true, default: 'ReadWriteOnceWithFSType' },
    ),
    tokenRequests: field(6, list(TokenRequest, { listType: 'atomic' }), 'Service account tokens that the driver gets.'),
    requiresRepublish: field(7, bool, 'Whether the driver is called again and again, to refresh the volume.', {
      explicit: true,
      default: false,
    }),
    seLinuxMount: field(8, bool, 'Whether volumes can be mounted with an SELinux label.', { explicit: true, default: false }),
    nodeAllocatableUpdatePeriodSeconds: field(9, int64, 'How often the number of attachable volumes is asked for, in seconds.', {
      explicit: true,
    }),
    serviceAccountTokenInSecrets: field(10, bool, 'Whether tokens are handed over among the secrets.', { explicit: true }),
    preventPodSchedulingIfMissing: field(11, bool, 'Whether pods stay away from nodes without the driver.', { explicit: true }),
  },
  {
    validate: ({ tokenRequests = [], nodeAllocatableUpdatePeriodSeconds: period }, at) => {
      const seen = new Set<string>()
      for (const [i, { audience, expirationSeconds }] of tokenRequests.entries()) {
        const here = at.key('tokenRequests').index(i)
        if (seen.has(audience)) here.key('audience').duplicate(audience)
        seen.add(audience)
        if (expirationSeconds !== undefined && expirationSeconds < EXPIRATION_MIN_SECONDS)
          here.key('expirationSeconds').invalid(expirationSeconds, 'may not specify a duration less than 10 minutes')
      }
      if (period !== undefined && period < UPDATE_PERIOD_MIN_SECONDS)
        at.key('nodeAllocatableUpdatePeriodSeconds').invalid(
          period,
          `must be greater than or equal to ${UPDATE_PERIOD_MIN_SECONDS} seconds`,
        )
    },
  },
) {}

export class CSIDriver extends kind({
  plural: 'csidrivers',
  scope: 'Cluster',
  fields: {
    spec: field(2, CSIDriverSpec, 'What is wanted.', { always: true }),
  },
  bumpsGeneration: ['spec'],
  columns: {
    AttachRequired: { type: 'boolean', cell: ({ spec }) => spec.attachRequired },
    PodInfoOnMount: { type: 'boolean', cell: ({ spec }) => spec.podInfoOnMount },
    StorageCapacity: { type: 'boolean', cell: ({ spec }) => spec.storageCapacity },
    TokenRequests: ({ spec }) => spec.tokenRequests?.map(({ audience }) => audience).join(',') ?? '<unset>',
    RequiresRepublish: { type: 'boolean', cell: ({ spec }) => spec.requiresRepublish },
    Modes: ({ spec }) => spec.volumeLifecycleModes.join(',') || '<none>',
    Age: age,
  },
}) {}

/** Shorter ones would be renewed all the time. */
const EXPIRATION_MIN_SECONDS = 600
const UPDATE_PERIOD_MIN_SECONDS = 10
