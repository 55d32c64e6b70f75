/** APIService: who serves a group version. */
import { bool, bytes, int32, known, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class ServiceReference extends struct({
  namespace: field(1, string, 'Namespace of the service.'),
  name: field(2, string, 'Name of the service.'),
  port: field(3, int32, 'Port of the service; 443 when absent.', { explicit: true }),
}) {}

export class APIServiceSpec extends struct({
  service: field(1, ServiceReference, 'The service that serves the group version; absent means this server.'),
  group: field(2, string, 'The API group.'),
  version: field(3, string, 'The version.'),
  insecureSkipTLSVerify: field(4, bool, "Whether the service's certificate goes unchecked."),
  caBundle: field(5, bytes, "PEM encoded roots with which the service's certificate is checked."),
  groupPriorityMinimum: field(7, int32, 'Where the group stands among groups; higher comes first.', { always: true }),
  versionPriority: field(8, int32, 'Where the version stands in its group; higher comes first.', { always: true }),
}) {}

export class APIServiceCondition extends struct({
  type: field(1, known('Available'), 'Which finding this is.', { always: true }),
  status: field(2, known('True', 'False', 'Unknown'), 'True, False or Unknown.', { always: true }),
  lastTransitionTime: field(3, time, 'When the status last changed.'),
  reason: field(4, string, 'Why, in one word for machines.'),
  message: field(5, string, 'Why, in a sentence for people.'),
}) {}

export class APIServiceStatus extends struct({
  conditions: field(
    1,
    list(APIServiceCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    'Findings about the present state.',
  ),
}) {}

export class APIService extends kind({
  plural: 'apiservices',
  categories: ['api-extensions'],
  scope: 'Cluster',
  fields: {
    spec: field(2, APIServiceSpec, 'What is wanted.', { written: true }),
    status: field(3, APIServiceStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
}) {}
