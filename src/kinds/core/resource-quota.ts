/** ResourceQuota: limits to what a namespace may use in all. */
import { age } from '#kinds/columns.ts'
import { known, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { checkQuota } from './resource-quota/rules.ts'
import { resourceList } from './resources.ts'

export class ScopedResourceSelectorRequirement extends struct({
  scopeName: field(
    1,
    known(
      'Terminating',
      'NotTerminating',
      'BestEffort',
      'NotBestEffort',
      'PriorityClass',
      'CrossNamespacePodAffinity',
      'VolumeAttributesClass',
    ),
    'The scope.',
    { always: true },
  ),
  operator: field(2, known('In', 'NotIn', 'Exists', 'DoesNotExist'), 'How the key relates to the values.', { always: true }),
  values: field(3, list(string, { listType: 'atomic' }), 'The values that the operator compares with.'),
}) {}

export class ScopeSelector extends struct(
  {
    matchExpressions: field(
      1,
      list(ScopedResourceSelectorRequirement, { listType: 'atomic' }),
      'Requirements on what is counted; all must hold.',
    ),
  },
  { atomic: true },
) {}

export class ResourceQuotaSpec extends struct({
  hard: field(1, resourceList, 'How much there may be of each resource.'),
  scopes: field(
    2,
    list(
      known(
        'Terminating',
        'NotTerminating',
        'BestEffort',
        'NotBestEffort',
        'PriorityClass',
        'CrossNamespacePodAffinity',
        'VolumeAttributesClass',
      ),
      { listType: 'atomic' },
    ),
    'What is counted; everything when absent.',
  ),
  scopeSelector: field(3, ScopeSelector, 'What is counted, by scope and value.'),
}) {}

export class ResourceQuotaStatus extends struct({
  hard: field(1, resourceList, 'The limits that are in force.'),
  used: field(2, resourceList, 'How much is used.'),
}) {}

const usageText = ({ hard = {}, used = {} }: ResourceQuotaStatus, isShown: (name: string) => boolean) =>
  Object.keys(hard)
    .filter(isShown)
    .sort()
    .map(name => `${name}: ${used[name] ?? '0'}/${hard[name]}`)
    .join(', ')

export class ResourceQuota extends kind({
  plural: 'resourcequotas',
  shortNames: ['quota'],
  scope: 'Namespaced',
  subresources: { status: true },
  fields: {
    spec: field(2, ResourceQuotaSpec, 'What is wanted.', { written: true }),
    status: field(3, ResourceQuotaStatus, 'What is observed.', { written: true }),
  },
  columns: {
    Request: ({ status }) => usageText(status, name => !name.startsWith('limits.')),
    Limit: ({ status }) => usageText(status, name => name.startsWith('limits.')),
    Age: age,
  },
  onCreate: next => {
    next.status = {}
  },
  validate: ({ spec }, at, before) => checkQuota(spec, at.key('spec'), before?.spec),
}) {}
