/** Event: something that happened to an object, as people are told. */

import { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { int32, microTime, string, time } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { ObjectReference } from './references.ts'

export class EventSource extends struct({
  component: field(1, string, 'Component.'),
  host: field(2, string, 'Host.'),
}) {}

export class EventSeries extends struct({
  count: field(1, int32, 'Count.'),
  lastObservedTime: field(2, microTime, 'Last observed time.'),
}) {}

export class Event extends kind({
  plural: 'events',
  shortNames: ['ev'],
  scope: 'Namespaced',
  fields: {
    metadata: field(1, ObjectMeta, 'Metadata.', { always: true }),
    involvedObject: field(2, ObjectReference, 'Involved object.', { always: true }),
    reason: field(3, string, 'Reason.'),
    message: field(4, string, 'Message.'),
    source: field(5, EventSource, 'Source.', { written: true }),
    firstTimestamp: field(6, time, 'First timestamp.'),
    lastTimestamp: field(7, time, 'Last timestamp.'),
    count: field(8, int32, 'Count.'),
    type: field(9, string, 'Type.'),
    eventTime: field(10, microTime, 'Event time.'),
    series: field(11, EventSeries, 'Series.'),
    action: field(12, string, 'Action.'),
    related: field(13, ObjectReference, 'Related.'),
    reportingComponent: field(14, string, 'Reporting component.', { written: true }),
    reportingInstance: field(15, string, 'Reporting instance.', { written: true }),
  },
}) {}
