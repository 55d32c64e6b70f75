/** The kinds of events.k8s.io/v1. */
import { Event } from './event.ts'

export const kinds = [Event] as const
