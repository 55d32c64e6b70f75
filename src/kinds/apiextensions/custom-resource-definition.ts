/** CustomResourceDefinition: a resource that a user adds to the API. */
import { int64, known, string, time } from '#schema/scalars.ts'
import { type Draft, field, list } from '#schema/vocabulary.ts'
import { CustomResourceDefinitionNames, CustomResourceDefinitionSpec } from './custom-resource-definition-spec.ts'
import { checkSpec } from './definition-rules.ts'
import { kind, struct } from './group.ts'

export class CustomResourceDefinitionCondition extends struct({
  type: field(
    1,
    known(
      'Established',
      'NamesAccepted',
      'NonStructuralSchema',
      'Terminating',
      'KubernetesAPIApprovalPolicyConformant',
      'StorageMigrating',
    ),
    'Which finding this is.',
    { always: true },
  ),
  status: field(2, known('True', 'False', 'Unknown'), 'True, False or Unknown.', { always: true }),
  lastTransitionTime: field(3, time, 'When the status last changed.'),
  reason: field(4, string, 'Why, in one word for machines.'),
  message: field(5, string, 'Why, in a sentence for people.'),
  observedGeneration: field(6, int64, 'The generation of the object that the rest describes.'),
}) {}

export class CustomResourceDefinitionStatus extends struct({
  conditions: field(1, list(CustomResourceDefinitionCondition, { listType: 'map', keys: ['type'] }), 'Findings about the present state.', {
    written: true,
  }),
  acceptedNames: field(2, CustomResourceDefinitionNames, 'The names that are in use for it; others may have been first.', {
    written: true,
  }),
  storedVersions: field(3, list(string, { listType: 'atomic' }), 'Versions in which objects may still be stored.', { written: true }),
  observedGeneration: field(4, int64, 'The generation of the object that the rest describes.'),
}) {}

export class CustomResourceDefinition extends kind({
  plural: 'customresourcedefinitions',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  scope: 'Cluster',
  fields: {
    spec: field(2, CustomResourceDefinitionSpec, 'What is wanted.', { always: true }),
    status: field(3, CustomResourceDefinitionStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
  bumpsGeneration: ['spec'],
  validate: ({ metadata: { name }, spec, status }, at, before) => {
    const wanted = `${spec.names.plural}.${spec.group}`
    if (name !== undefined && name !== wanted) at.key('metadata').key('name').invalid(name, 'must be spec.names.plural+"."+spec.group')
    checkSpec(spec, at.key('spec'))
    if (!before?.status.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True')) return
    // What stored objects depend on stays once the resource is served.
    for (const [here, next, old] of [
      [at.key('spec').key('scope'), spec.scope, before.spec.scope],
      [at.key('spec').key('names').key('kind'), spec.names.kind, before.spec.names.kind],
      [at.key('spec').key('group'), spec.group, before.spec.group],
      [at.key('spec').key('names').key('plural'), spec.names.plural, before.spec.names.plural],
    ] as const)
      if (next !== old) here.invalid(next, 'field is immutable')
    for (const [i, version] of (status.storedVersions ?? []).entries())
      if (!(spec.versions ?? []).some(({ name: served }) => served === version))
        at.key('status').key('storedVersions').index(i).invalid(version, 'must appear in spec.versions')
  },
  onCreate: next => rememberStorage(next),
  onUpdate: next => rememberStorage(next),
}) {}

interface Changing {
  readonly spec: Draft<CustomResourceDefinitionSpec>
  readonly status: Draft<CustomResourceDefinitionStatus>
}
/** Objects are stored in this version from now on; whoever rewrites the older ones takes the others out again. */
function rememberStorage({ spec, status }: Changing): void {
  const storage = (spec.versions ?? []).find(version => version.storage)?.name
  status.storedVersions ??= []
  if (storage && !status.storedVersions.includes(storage)) status.storedVersions.push(storage)
}
