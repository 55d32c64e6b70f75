/** Event: something that happened to an object, as people are told. */

import { since } from '#kinds/columns.ts'
import { isPathSegmentName, isQualifiedName } from '#kinds/meta/names.ts'
import { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { int32, microTime, microTimeOrNull, string, timeOrNull } from '#schema/scalars.ts'
import type { Path } from '#schema/vocabulary.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { ObjectReference } from './references.ts'

export class EventSource extends struct({
  component: field(1, string, 'The component that tells.'),
  host: field(2, string, 'The node on which the component runs.'),
}) {}

export class EventSeries extends struct({
  count: field(1, int32, 'How often it happened up to the last time it was seen.'),
  lastObservedTime: field(2, microTime, 'When it was last seen.'),
}) {}

interface Told {
  readonly metadata: ObjectMeta
  readonly involvedObject: ObjectReference
  readonly source: EventSource
  readonly series?: EventSeries
  readonly firstTimestamp: string | null
  readonly lastTimestamp: string | null
  readonly eventTime: string | null
  readonly reportingComponent: string
  readonly reportingInstance: string
  readonly action?: string
  readonly reason?: string
  readonly message?: string
}
const firstSeen = ({ firstTimestamp, eventTime }: Told, now: number) => since(firstTimestamp ?? eventTime ?? undefined, now)
const lastSeen = (event: Told, now: number) =>
  event.series ? since(event.series.lastObservedTime, now) : event.lastTimestamp ? since(event.lastTimestamp, now) : firstSeen(event, now)
const sourceText = ({ source, reportingComponent, reportingInstance }: Told) => {
  const [component, host] = [source.component || reportingComponent, source.host || reportingInstance]
  return host ? `${component}, ${host}` : component
}

/** So that events stay small: longest names, and longest message, in characters. */
const NAME_MAX = 128
const MESSAGE_MAX = 1_024
function checkEvent(event: Told, at: Path): void {
  const { namespace = '' } = event.involvedObject
  const own = event.metadata.namespace ?? ''
  if (namespace === '' ? own !== '' && own !== 'default' : own !== namespace)
    at.key('involvedObject').key('namespace').invalid(namespace, 'does not match event.namespace')
  // Events from before the events.k8s.io group say less.
  if (!event.eventTime) return
  const wrong = event.reportingComponent === '' ? undefined : isQualifiedName(event.reportingComponent)
  if (event.reportingComponent === '') at.key('reportingComponent').required()
  if (wrong) at.key('reportingComponent').invalid(event.reportingComponent, wrong)
  for (const name of ['reportingInstance', 'action', 'reason'] as const) {
    const value = event[name] ?? ''
    if (value === '') at.key(name).required()
    if (value.length > NAME_MAX) at.key(name).invalid('', `can have at most ${NAME_MAX} characters`)
  }
  if ((event.message ?? '').length > MESSAGE_MAX) at.key('message').invalid('', `can have at most ${MESSAGE_MAX} characters`)
}

export class Event extends kind({
  plural: 'events',
  shortNames: ['ev'],
  scope: 'Namespaced',
  fields: {
    metadata: field(1, ObjectMeta, 'Name, labels and everything else that all objects have.', { always: true }),
    involvedObject: field(2, ObjectReference, 'The object that the event is about.', { always: true }),
    reason: field(3, string, 'One word in CamelCase, for machines, saying why.'),
    message: field(4, string, 'A sentence for people.'),
    source: field(5, EventSource, 'Who tells.', { written: true }),
    firstTimestamp: field(6, timeOrNull, 'When it first happened.', { written: true }),
    lastTimestamp: field(7, timeOrNull, 'When it last happened.', { written: true }),
    count: field(8, int32, 'How often it happened.'),
    type: field(9, string, 'Normal or Warning.'),
    eventTime: field(10, microTimeOrNull, 'When it first happened, in microseconds.', { written: true }),
    series: field(11, EventSeries, 'How an event that is repeated goes on; absent for a single one.'),
    action: field(12, string, 'What was done, or tried, with the object.'),
    related: field(13, ObjectReference, 'Another object that took part.'),
    reportingComponent: field(14, string, 'The controller that tells, such as kubernetes.io/kubelet.', { written: true }),
    reportingInstance: field(15, string, 'Which instance of the controller.', { written: true }),
  },
  nameCheck: isPathSegmentName,
  columns: {
    'Last Seen': lastSeen,
    Type: ({ type }) => type ?? '',
    Reason: ({ reason }) => reason ?? '',
    Object: ({ involvedObject: { kind, name } }) => [kind?.toLowerCase() ?? '', name].filter(part => part !== undefined).join('/'),
    Subobject: { wide: true, cell: ({ involvedObject }) => involvedObject.fieldPath ?? '' },
    Source: { wide: true, cell: sourceText },
    Message: ({ message }) => message?.trim() ?? '',
    'First Seen': { wide: true, cell: firstSeen },
    Count: { wide: true, cell: ({ series, count }) => String(series ? (series.count ?? 0) : count || 1) },
    Name: { wide: true, format: 'name', cell: ({ metadata }) => metadata.name ?? '' },
  },
  selectable: {
    'involvedObject.kind': ({ involvedObject }) => involvedObject.kind ?? '',
    'involvedObject.namespace': ({ involvedObject }) => involvedObject.namespace ?? '',
    'involvedObject.name': ({ involvedObject }) => involvedObject.name ?? '',
    'involvedObject.uid': ({ involvedObject }) => involvedObject.uid ?? '',
    'involvedObject.apiVersion': ({ involvedObject }) => involvedObject.apiVersion ?? '',
    'involvedObject.resourceVersion': ({ involvedObject }) => involvedObject.resourceVersion ?? '',
    'involvedObject.fieldPath': ({ involvedObject }) => involvedObject.fieldPath ?? '',
    reason: ({ reason }) => reason ?? '',
    reportingComponent: ({ reportingComponent }) => reportingComponent,
    source: ({ source, reportingComponent }) => source.component || reportingComponent,
    type: ({ type }) => type ?? '',
  },
  validate: checkEvent,
}) {}
