/** Event: something that happened, as events.k8s.io shows it. */
import { Event as CoreEvent, EventSource } from '#kinds/core/event.ts'
import { ObjectReference } from '#kinds/core/references.ts'
import type { CellOf, Column } from '#kinds/declare.ts'
import { isQualifiedName } from '#kinds/meta/names.ts'
import type { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { int32, microTime, string, timeOrNull } from '#schema/scalars.ts'
import { field, type Path } from '#schema/vocabulary.ts'
import { shown, stored } from './core-event.ts'
import { kind, struct } from './group.ts'

export class EventSeries extends struct({
  count: field(1, int32, 'How often it happened.', { always: true }),
  lastObservedTime: field(2, microTime, 'When it happened last.', { required: true }),
}) {}

const coreEvent = (event: object) => stored(event as never) as unknown as CoreEvent
const columnOf = <T extends object>(column: Column<CoreEvent>): Column<T> => {
  const cell = typeof column === 'function' ? column : column.cell
  const shownCell: CellOf<T> = (event, now) => cell(coreEvent(event), now)
  return typeof column === 'function' ? shownCell : { ...column, cell: shownCell }
}
/** Fields of the involved object are selected under its name here; the others keep theirs. */
const selectorName = (name: string) =>
  name.replace(/^involvedObject\./, 'regarding.').replace(/^reportingComponent$/, 'reportingController')

interface Told {
  readonly metadata: ObjectMeta
  readonly reportingController?: string
  readonly reportingInstance?: string
  readonly action?: string
  readonly reason?: string
  readonly note?: string
  readonly type?: string
  readonly regarding: { readonly namespace?: string }
}
/** So that events stay small: longest names, and longest note, in characters. */
const NAME_MAX = 128
const NOTE_MAX = 1_024
/** Upstream: pkg/apis/core/validation/events.go. */
function checkEvent(event: Told, at: Path): void {
  const own = event.metadata.namespace ?? ''
  const regarded = event.regarding.namespace ?? ''
  if (regarded === '' ? own !== '' && own !== 'default' : regarded !== own)
    at.key('regarding').key('namespace').invalid(regarded, 'does not match event.namespace')
  const controller = event.reportingController ?? ''
  const wrong = controller && isQualifiedName(controller)
  if (!controller) at.key('reportingController').required()
  if (wrong) at.key('reportingController').invalid(controller, wrong)
  for (const name of ['reportingInstance', 'action', 'reason'] as const) {
    const value = event[name] ?? ''
    if (!value) at.key(name).required()
    if (value.length > NAME_MAX) at.key(name).invalid('', `can have at most ${NAME_MAX} characters`)
  }
  if ((event.note ?? '').length > NOTE_MAX) at.key('note').invalid('', `can have at most ${NOTE_MAX} characters`)
  if (event.type !== 'Normal' && event.type !== 'Warning') at.key('type').invalid('', `has invalid value: ${event.type ?? ''}`)
}

export class Event extends kind({
  plural: 'events',
  shortNames: ['ev'],
  scope: 'Namespaced',
  fields: {
    eventTime: field(2, microTime, 'When it happened first.', { explicit: true, required: true }),
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
    deprecatedFirstTimestamp: field(13, timeOrNull, 'When it happened first, as core events have it.', { written: true }),
    deprecatedLastTimestamp: field(14, timeOrNull, 'When it happened last, as core events have it.', { written: true }),
    deprecatedCount: field(15, int32, 'How often it happened, as core events have it.'),
  },
  nameCheck: CoreEvent.options.nameCheck,
  // What is printed and selected is that of the core event.
  columns: Object.fromEntries(Object.entries(CoreEvent.options.columns ?? {}).map(([name, column]) => [name, columnOf(column)])),
  selectable: Object.fromEntries(
    Object.entries(CoreEvent.options.selectable ?? {}).map(
      ([name, read]) => [selectorName(name), (event: object) => read(coreEvent(event))] as const,
    ),
  ),
  validate: checkEvent,
  view: {
    of: () => CoreEvent,
    show: event => shown(event as never),
    store: event => stored(event as never),
  },
}) {}
