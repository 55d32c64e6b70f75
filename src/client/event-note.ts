/** What is told of an object: an event before it is written. */

/** The object that an event is about. */
export interface EventSubject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name?: string; readonly namespace?: string; readonly uid?: string; readonly resourceVersion?: string }
}
export interface EventNote {
  readonly about: EventSubject
  readonly type: 'Normal' | 'Warning'
  /** A word in CamelCase. */
  readonly reason: string
  readonly message: string
  /** The part of the object that is meant: `spec.containers{web}`. */
  readonly fieldPath?: string
  /** Of the event itself, for programs. */
  readonly annotations?: Readonly<Record<string, string>>
}
/** In the newer form, of events.k8s.io. */
export interface Report extends EventNote {
  /** What was done with the object, or tried: a word in CamelCase. */
  readonly action: string
  /** Another object that took part. */
  readonly related?: EventSubject
}
