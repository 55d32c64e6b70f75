/** APIService: who serves a group version. */
import { age } from '#kinds/columns.ts'
import { isDns1035Label, isDns1123Subdomain, isPathSegmentName, isValidPortNumber } from '#kinds/meta/names.ts'
import { bool, bytes, int32, known, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class ServiceReference extends struct({
  namespace: field(1, string, 'Namespace of the service.'),
  name: field(2, string, 'Name of the service.'),
  port: field(3, int32, 'Port of the service; 443 when absent.', { explicit: true, default: 443 }),
}) {}

export class APIServiceSpec extends struct(
  {
    service: field(1, ServiceReference, 'The service that serves the group version; absent means this server.'),
    group: field(2, string, 'The API group.'),
    version: field(3, string, 'The version.'),
    insecureSkipTLSVerify: field(4, bool, "Whether the service's certificate goes unchecked."),
    caBundle: field(5, bytes, "PEM encoded roots with which the service's certificate is checked."),
    groupPriorityMinimum: field(7, int32, 'Where the group stands among groups; higher comes first.', { always: true }),
    versionPriority: field(8, int32, 'Where the version stands in its group; higher comes first.', { always: true }),
  },
  {
    validate: ({ service, group = '', version = '', insecureSkipTLSVerify, caBundle, groupPriorityMinimum, versionPriority }, at) => {
      const wrongGroup = group ? isDns1123Subdomain(group) : undefined
      const wrongVersion = isDns1035Label(version)
      if (!group && version !== 'v1') at.key('group').required('only v1 may have an empty group and it better be legacy kube')
      if (wrongGroup) at.key('group').invalid(group, wrongGroup)
      if (wrongVersion) at.key('version').invalid(version, wrongVersion)
      if (groupPriorityMinimum <= 0 || groupPriorityMinimum > GROUP_PRIORITY_MAX)
        at.key('groupPriorityMinimum').invalid(groupPriorityMinimum, `must be positive and less than ${GROUP_PRIORITY_MAX}`)
      if (versionPriority <= 0 || versionPriority > VERSION_PRIORITY_MAX)
        at.key('versionPriority').invalid(versionPriority, `must be positive and less than ${VERSION_PRIORITY_MAX}`)
      if (!service) {
        if (caBundle) at.key('caBundle').invalid(`${caBundle.length} bytes`, 'local APIServices may not have a caBundle')
        if (insecureSkipTLSVerify)
          at.key('insecureSkipTLSVerify').invalid(insecureSkipTLSVerify, 'local APIServices may not have insecureSkipTLSVerify')
        return
      }
      if (!service.namespace) at.key('service').key('namespace').required()
      if (!service.name) at.key('service').key('name').required()
      const wrongPort = isValidPortNumber(service.port)
      if (wrongPort) at.key('service').key('port').invalid(service.port, `port is not valid: ${wrongPort}`)
      if (insecureSkipTLSVerify && caBundle)
        at.key('insecureSkipTLSVerify').invalid(insecureSkipTLSVerify, 'may not be true if caBundle is present')
    },
  },
) {}

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
  nameCheck: isPathSegmentName,
  validate: ({ metadata: { name }, spec: { version = '', group = '' } }, at) => {
    const wanted = `${version}.${group}`
    if (name !== undefined && name !== wanted)
      at.key('metadata').key('name').invalid(name, `must be \`spec.version+"."+spec.group\`: "${wanted}"`)
  },
  columns: {
    Service: ({ spec: { service } }) => (service ? `${service.namespace ?? ''}/${service.name ?? ''}` : 'Local'),
    Available: ({ status }) => {
      const found = status.conditions?.find(({ type }) => type === 'Available')
      if (!found) return 'Unknown'
      return found.status === 'True' ? 'True' : `${found.status} (${found.reason ?? ''})`
    },
    Age: age,
  },
}) {}

/** Upstream's bounds; what is served by this server itself lies below them. */
const GROUP_PRIORITY_MAX = 20_000
const VERSION_PRIORITY_MAX = 1_000
