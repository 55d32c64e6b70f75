/** Event: ?file events/event. */
import { EventSource } from '#kinds/core/event.ts'
import { ObjectReference } from '#kinds/core/references.ts'
import { int32, microTime, string, time } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class EventSeries extends struct({
  count: field(1, int32, '?EventSeries.count', { always: true }),
  lastObservedTime: field(2, microTime, '?EventSeries.lastObservedTime', { required: true }),
}) {}

export class Event extends kind({
  plural: 'events',
  shortNames: ['ev'],
  scope: 'Namespaced',
  fields: {
    eventTime: field(2, microTime, '?Event.eventTime', { required: true }),
    series: field(3, EventSeries, '?Event.series'),
    reportingController: field(4, string, '?Event.reportingController'),
    reportingInstance: field(5, string, '?Event.reportingInstance'),
    action: field(6, string, '?Event.action'),
    reason: field(7, string, '?Event.reason'),
    regarding: field(8, ObjectReference, '?Event.regarding', { written: true }),
    related: field(9, ObjectReference, '?Event.related'),
    note: field(10, string, '?Event.note'),
    type: field(11, string, '?Event.type'),
    deprecatedSource: field(12, EventSource, '?Event.deprecatedSource', { written: true }),
    deprecatedFirstTimestamp: field(13, time, '?Event.deprecatedFirstTimestamp'),
    deprecatedLastTimestamp: field(14, time, '?Event.deprecatedLastTimestamp'),
    deprecatedCount: field(15, int32, '?Event.deprecatedCount'),
  },
}) {}
