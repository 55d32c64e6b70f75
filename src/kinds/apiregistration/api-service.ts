/** APIService: ?file apiregistration/api-service. */
import { bool, bytes, int32, known, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class ServiceReference extends struct({
  namespace: field(1, string, '?ServiceReference.namespace'),
  name: field(2, string, '?ServiceReference.name'),
  port: field(3, int32, '?ServiceReference.port', { explicit: true }),
}) {}

export class APIServiceSpec extends struct({
  service: field(1, ServiceReference, '?APIServiceSpec.service'),
  group: field(2, string, '?APIServiceSpec.group'),
  version: field(3, string, '?APIServiceSpec.version'),
  insecureSkipTLSVerify: field(4, bool, '?APIServiceSpec.insecureSkipTLSVerify'),
  caBundle: field(5, bytes, '?APIServiceSpec.caBundle'),
  groupPriorityMinimum: field(7, int32, '?APIServiceSpec.groupPriorityMinimum', { always: true }),
  versionPriority: field(8, int32, '?APIServiceSpec.versionPriority', { always: true }),
}) {}

export class APIServiceCondition extends struct({
  type: field(1, known('Available'), '?APIServiceCondition.type', { always: true }),
  status: field(2, known('True', 'False', 'Unknown'), '?APIServiceCondition.status', { always: true }),
  lastTransitionTime: field(3, time, '?APIServiceCondition.lastTransitionTime'),
  reason: field(4, string, '?APIServiceCondition.reason'),
  message: field(5, string, '?APIServiceCondition.message'),
}) {}

export class APIServiceStatus extends struct({
  conditions: field(
    1,
    list(APIServiceCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    '?APIServiceStatus.conditions',
  ),
}) {}

export class APIService extends kind({
  plural: 'apiservices',
  categories: ['api-extensions'],
  scope: 'Cluster',
  fields: {
    spec: field(2, APIServiceSpec, '?APIService.spec', { written: true }),
    status: field(3, APIServiceStatus, '?APIService.status', { written: true }),
  },
  subresources: { status: true },
}) {}
