/** CSIDriver: ?file storage/csi-driver. */
import { bool, int64, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class TokenRequest extends struct({
  audience: field(1, string, '?TokenRequest.audience', { required: true }),
  expirationSeconds: field(2, int64, '?TokenRequest.expirationSeconds', { explicit: true }),
}) {}

export class CSIDriverSpec extends struct({
  attachRequired: field(1, bool, '?CSIDriverSpec.attachRequired', { explicit: true }),
  podInfoOnMount: field(2, bool, '?CSIDriverSpec.podInfoOnMount', { explicit: true }),
  volumeLifecycleModes: field(3, list(oneOf('Persistent', 'Ephemeral'), { listType: 'set' }), '?CSIDriverSpec.volumeLifecycleModes'),
  storageCapacity: field(4, bool, '?CSIDriverSpec.storageCapacity', { explicit: true }),
  fsGroupPolicy: field(5, oneOf('ReadWriteOnceWithFSType', 'File', 'None'), '?CSIDriverSpec.fsGroupPolicy', { explicit: true }),
  tokenRequests: field(6, list(TokenRequest, { listType: 'atomic' }), '?CSIDriverSpec.tokenRequests'),
  requiresRepublish: field(7, bool, '?CSIDriverSpec.requiresRepublish', { explicit: true }),
  seLinuxMount: field(8, bool, '?CSIDriverSpec.seLinuxMount', { explicit: true }),
  nodeAllocatableUpdatePeriodSeconds: field(9, int64, '?CSIDriverSpec.nodeAllocatableUpdatePeriodSeconds', { explicit: true }),
  serviceAccountTokenInSecrets: field(10, bool, '?CSIDriverSpec.serviceAccountTokenInSecrets', { explicit: true }),
  preventPodSchedulingIfMissing: field(11, bool, '?CSIDriverSpec.preventPodSchedulingIfMissing', { explicit: true }),
}) {}

export class CSIDriver extends kind({
  plural: 'csidrivers',
  scope: 'Cluster',
  fields: {
    spec: field(2, CSIDriverSpec, '?CSIDriver.spec', { always: true }),
  },
}) {}
