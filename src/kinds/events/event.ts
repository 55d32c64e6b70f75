/** Event: something that happened, as events.k8s.io shows it. */
import { EventSource } from '#kinds/core/event.ts'
import { ObjectReference } from '#kinds/core/references.ts'
import { int32, microTime, string, time } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class EventSeries extends struct({
  count: field(1, int32, 'How often it happened.', { always: true }),
  lastObservedTime: field(2, microTime, 'When it happened last.', { required: true }),
}) {}

export class Event extends kind({
  plural: 'events',
  shortNames: ['ev'],
  scope: 'Namespaced',
  fields: {
    eventTime: field(2, microTime, 'When it happened first.', { required: true }),
    series: field(3, EventSeries, 'How often it happened, if more than once.'),
    reportingController: field(4, string, 'Who reports it, such as kubernetes.io/kubelet.'),
    reportingInstance: field(5, string, 'Which instance reports it.'),
    action: field(6, string, 'What was done.'),
    reason: field(7, string, 'Why it was done, in one word.'),
    regarding: field(8, ObjectReference, 'What the event is about.', { written: true }),
    related: field(9, ObjectReference, 'A second object that is concerned.'),
    note: field(10, string, 'What happened, in a sentence.'),
    type: field(11, string, 'Normal or Warning.'),
    deprecatedSource: field(12, EventSource, 'Who reported it, as core events have it.', { written: true }),
    deprecatedFirstTimestamp: field(13, time, 'When it happened first, as core events have it.'),
    deprecatedLastTimestamp: field(14, time, 'When it happened last, as core events have it.'),
    deprecatedCount: field(15, int32, 'How often it happened, as core events have it.'),
  },
}) {}
